package dev.larder.engine.plan;

import dev.larder.engine.dockerfile.Diagnostic;
import dev.larder.engine.dockerfile.Dockerfile;
import dev.larder.engine.dockerfile.DockerfileException;
import dev.larder.engine.dockerfile.Instruction;
import dev.larder.engine.dockerfile.Source;
import dev.larder.engine.dockerfile.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a base wants run first in each stage on top of it: ONBUILD. */
final class Triggers {
  private Triggers() {}

  /** How many of them are shown as steps. */
  static int steps(List<Instruction> instructions) {
    return (int)
        instructions.stream()
            .filter(
                i ->
                    i instanceof Instruction.Run
                        || i instanceof Instruction.Copy
                        || i instanceof Instruction.Add
                        || i instanceof Instruction.Workdir)
            .count();
  }

  /**
   * Reads what ONBUILD of an image or a stage says.
   *
   * @param at the FROM that names it
   */
  static List<Instruction> parse(List<String> triggers, Span at) throws DockerfileException {
    List<Instruction> instructions = new ArrayList<>();
    for (String trigger : triggers) {
      Dockerfile parsed =
          Dockerfile.parse(new Source("ONBUILD", "FROM scratch\n" + trigger + "\n"));
      Optional<Diagnostic> error =
          parsed.diagnostics().stream().filter(Diagnostic::isError).findFirst();
      if (error.isPresent()) {
        throw Scope.error(
            at, "ONBUILD " + trigger + ": " + error.get().message(), error.get().hint());
      }
      if (parsed.stages().size() > 1) {
        throw Scope.error(at, "ONBUILD " + trigger + ": FROM isn't allowed as an ONBUILD trigger");
      }
      instructions.addAll(parsed.stages().getFirst().instructions());
    }
    return instructions;
  }
}
