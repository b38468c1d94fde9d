/** Checks of a Dockerfile: what can be built, but probably is not what was meant. */
package dev.larder.engine.check;
