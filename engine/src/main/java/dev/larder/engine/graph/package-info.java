/**
 * The build as a graph of operations, with the meaning of BuildKit's LLB: what is to be done,
 * nothing of Dockerfiles and nothing of how.
 */
package dev.larder.engine.graph;
