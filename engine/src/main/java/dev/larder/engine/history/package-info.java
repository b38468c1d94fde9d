/** Records of builds: what was asked for, what each step was made from, how it went. */
package dev.larder.engine.history;
