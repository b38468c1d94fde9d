package dev.larder.engine.solve;

import dev.larder.engine.digest.Digest;
import dev.larder.engine.graph.Edge;
import dev.larder.engine.graph.Selector;
import dev.larder.engine.graph.Vertex;
import java.io.IOException;
import java.util.List;

/**
 * What the engine does for the solver.
 *
 * @param <R> an output
 */
public interface Runner<R> {
  /** Runs an operation on its inputs; gives its outputs. */
  List<R> run(Vertex vertex, List<R> inputs) throws IOException, InterruptedException;

  /**
   * Told when there is no earlier result, before a vertex that is no source runs.
   *
   * @param key what its result will be stored under
   * @param inputs one key of each input; of one that counts by content {@link Solver#contentKey}
   */
  default void starting(Vertex vertex, Digest key, List<Digest> inputs) {}

  /**
   * Whether a part of an output changed while a vertex that reads it ran, so that its digest has to
   * be taken again: what was made belongs to what was read.
   */
  boolean hasChanged(Vertex vertex);

  /**
   * What a source's result depends on, of those that {@linkplain dev.larder.engine.graph.Op#hasKey
   * have a key}: its parts, or what they name now.
   *
   * @throws IOException if that can't be found out
   */
  default Digest identity(Vertex source) throws IOException, InterruptedException {
    return source.op().fingerprint();
  }

  /** Whether a source that has run needed nothing from outside. */
  boolean wasHere(Vertex source);

  /** The digest of a part of an output. */
  Digest content(Edge edge, R output, Selector selector) throws IOException, InterruptedException;
}
