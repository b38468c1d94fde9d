/** Runs a graph: what is known is taken from the cache, the rest side by side. */
package dev.larder.engine.solve;
