package dev.larder.engine.graph;

/** One output of a vertex. */
public record Edge(Vertex vertex, int output) {}
