package dev.larder.engine.build;

import dev.larder.engine.digest.Digest;
import dev.larder.engine.event.BuildEvent;
import dev.larder.engine.graph.Edge;
import dev.larder.engine.graph.ExecMount;
import dev.larder.engine.graph.Op;
import dev.larder.engine.graph.Vertex;
import dev.larder.engine.plan.Plan;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Empties cache mounts that a build uses, where it asks for that. */
final class MountReset {
  private final Engine engine;
  private final BuildRequest request;
  private final Progressing progress;

  MountReset(Engine engine, BuildRequest request, Progressing progress) {
    this.engine = engine;
    this.request = request;
    this.progress = progress;
  }

  void run(Plan plan) throws BuildFailure, IOException, InterruptedException {
    if (request.reset() instanceof BuildRequest.Reset.None) {
      return;
    }
    Set<String> used = new TreeSet<>();
    plan.root().ifPresent(root -> ids(root.vertex(), used, new HashSet<>()));
    Set<String> chosen = chosen(used);
    Digest _ =
        progress.internal(
            "[internal] reset cache mounts",
            vertex -> {
              for (String id : chosen) {
                long bytes = engine.mounts().reset(request.mountScope(), id);
                String text = "cache mount " + id + ": " + bytes + " bytes removed";
                progress.accept(new BuildEvent.Noted(engine.clock().instant(), vertex, text));
              }
              return vertex;
            });
  }

  private Set<String> chosen(Set<String> used) throws BuildFailure {
    return switch (request.reset()) {
      case BuildRequest.Reset.None() -> Set.of();
      case BuildRequest.Reset.All() -> used;
      case BuildRequest.Reset.Ids(List<String> ids) -> {
        for (String id : ids) {
          if (!used.contains(id)) {
            String others = used.isEmpty() ? "it has none" : "it has " + String.join(", ", used);
            throw new BuildFailure(
                "reset cache mount "
                    + id
                    + ": the build has no cache mount of this id ("
                    + others
                    + ")",
                List.of());
          }
        }
        yield new TreeSet<>(ids);
      }
    };
  }

  private static void ids(Vertex vertex, Set<String> ids, Set<Digest> seen) {
    if (!seen.add(vertex.id())) {
      return;
    }
    if (vertex.op() instanceof Op.Exec exec) {
      for (ExecMount mount : exec.mounts()) {
        if (mount instanceof ExecMount.Cache cache) {
          ids.add(cache.id());
        }
      }
    }
    for (Edge input : vertex.inputs()) {
      ids(input.vertex(), ids, seen);
    }
  }
}
