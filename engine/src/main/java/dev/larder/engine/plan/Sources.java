package dev.larder.engine.plan;

import dev.larder.engine.dockerfile.DockerfileException;
import dev.larder.engine.dockerfile.Span;
import dev.larder.engine.graph.Edge;
import dev.larder.engine.graph.Vertex;
import java.io.IOException;
import java.util.Optional;

/** What {@code --from} may name. */
interface Sources {
  /** The build context. */
  Edge context() throws IOException, InterruptedException;

  /**
   * A stage, its number, a named context or an image; nothing is an empty file system.
   *
   * @param target where it is mounted; nothing if it is copied from
   */
  Optional<Edge> from(String name, StageState user, Optional<String> target, Span at)
      throws DockerfileException, IOException, InterruptedException;

  /** Calls a vertex by a name, unless it has one. */
  void name(Vertex vertex, Plan.StepName name);
}
