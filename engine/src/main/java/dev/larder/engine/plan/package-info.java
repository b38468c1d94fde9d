/** From a Dockerfile to a graph: stages, arguments, targets, platforms, named contexts. */
package dev.larder.engine.plan;
