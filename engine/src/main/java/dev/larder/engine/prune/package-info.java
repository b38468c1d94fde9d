/** What is kept on this machine, what of it is needed, and the removal of the rest. */
package dev.larder.engine.prune;
