package dev.larder.engine.graph;

import dev.larder.engine.digest.Digest;
import dev.larder.engine.digest.Fingerprint;
import java.util.List;

/**
 * An operation on the outputs of others. Vertices of equal operations on equal inputs are equal,
 * and run once in a build; the id serves for that alone and is no cache key.
 *
 * @param op what is done
 * @param inputs what it is done to
 * @param fresh whether earlier results are not to be used ({@code --no-cache})
 * @param id of the operation and, recursively, its inputs
 */
public record Vertex(Op op, List<Edge> inputs, boolean fresh, Digest id) {
  public Vertex {
    inputs = List.copyOf(inputs);
  }

  public static Vertex of(Op op, List<Edge> inputs, boolean fresh) {
    Fingerprint print = Fingerprint.of("vertex/1").add("op", op.fingerprint()).add("fresh", fresh);
    for (Edge input : inputs) {
      print.add("input", input.vertex().id()).add("output", input.output());
    }
    return new Vertex(op, inputs, fresh, print.digest());
  }

  /** The output of this that has a number. */
  public Edge output(int number) {
    return new Edge(this, number);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Vertex vertex && vertex.id.equals(id);
  }

  @Override
  public int hashCode() {
    return id.hashCode();
  }

  @Override
  public String toString() {
    return op.getClass().getSimpleName() + " " + id.abbreviated();
  }
}
