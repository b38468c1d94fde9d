package dev.larder.engine.plan;

import dev.larder.engine.digest.Digest;
import dev.larder.engine.dockerfile.Diagnostic;
import dev.larder.engine.graph.Edge;
import dev.larder.engine.oci.ImageConfig;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * What is to be done, and what the image will say of itself.
 *
 * @param root the file system of the target; nothing is an empty one
 * @param config of the image, without the layers that are yet to be made; each history entry that
 *     is not marked empty has one
 * @param names what people call a vertex, in the order in which to show them; vertices without a
 *     name are not shown
 * @param warnings what the user should know
 */
public record Plan(
    Optional<Edge> root,
    ImageConfig config,
    SequencedMap<Digest, StepName> names,
    List<Diagnostic> warnings) {
  public Plan {
    names = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(names));
    warnings = List.copyOf(warnings);
  }

  /**
   * What people call a vertex.
   *
   * @param text {@code [stage 2/7] RUN make}
   * @param stage the stage's name or number; empty where there is only one
   * @param number of the step in its stage, from 1; 0 has none
   * @param instruction as it is shown, without the stage: {@code RUN make}
   * @param args names of the build arguments that it sees
   * @param span the instruction's characters in the Dockerfile; nothing for what is internal
   * @param counted whether it is an instruction, and not something internal
   */
  public record StepName(
      String text,
      String stage,
      int number,
      String instruction,
      List<String> args,
      Optional<dev.larder.engine.dockerfile.Span> span,
      boolean counted) {
    public StepName {
      args = List.copyOf(args);
    }

    /** Something internal. */
    static StepName internal(
        String text, String stage, Optional<dev.larder.engine.dockerfile.Span> span) {
      return new StepName(text, stage, 0, text, List.of(), span, false);
    }
  }
}
