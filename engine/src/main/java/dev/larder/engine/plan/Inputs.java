package dev.larder.engine.plan;

import dev.larder.engine.graph.Edge;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** The inputs of a vertex as they are collected, each once for each use. */
final class Inputs {
  private final List<Edge> edges = new ArrayList<>();

  int add(Edge edge) {
    edges.add(edge);
    return edges.size() - 1;
  }

  OptionalInt add(Optional<Edge> edge) {
    return edge.isPresent() ? OptionalInt.of(add(edge.get())) : OptionalInt.empty();
  }

  List<Edge> edges() {
    return List.copyOf(edges);
  }
}
