package dev.larder.engine.check;

import dev.larder.engine.dockerfile.Expansion;
import dev.larder.engine.dockerfile.Instruction;
import dev.larder.engine.dockerfile.Suggestion;
import dev.larder.engine.dockerfile.Word;
import dev.larder.engine.plan.Place;
import java.util.HashSet;
import java.util.Set;

/** Variables are set before they are used. */
final class UndefinedVar extends Rule {
  UndefinedVar() {
    super(
        "UndefinedVar",
        "A variable that is not set is empty",
        "Nothing is put in for a variable that neither ENV nor ARG of this stage, nor "
            + "the base image, has set. Often it is a typo, or an ARG that was declared "
            + "before FROM and not again in the stage. Inside RUN the shell looks variables "
            + "up itself, so that those are not checked.");
  }

  private static final Set<String> FOR_THE_BUILDER =
      Set.of("BUILDKIT_SBOM_SCAN_CONTEXT", "BUILDKIT_SBOM_SCAN_STAGE");

  private final Set<Word> seen = new HashSet<>();

  @Override
  void applying(Place place, Report report) {
    seen.clear();
  }

  @Override
  void expanded(Place place, Word word, Expansion expansion, Report report) {
    if (expansion.undefined().isEmpty() || isLeftAlone(place.instruction(), word)) {
      return;
    }
    if (!seen.add(word)) {
      return; // the planner needs some words twice
    }
    for (String name : expansion.undefined().stream().sorted().toList()) {
      if (!place.arguments().contains(name) && !FOR_THE_BUILDER.contains(name)) {
        String near =
            Suggestion.nearest(name, place.variables())
                .map(n -> " (did you mean $" + n + "?)")
                .orElse("");
        report.add(this, "Usage of undefined variable '$" + name + "'" + near);
      }
    }
  }

  /** What ARG declares is taken as it is written, and BuildKit does not look at ports. */
  private static boolean isLeftAlone(Instruction instruction, Word word) {
    return switch (instruction) {
      case Instruction.Expose _ -> true;
      case Instruction.Arg arg ->
          arg.definitions().stream().anyMatch(definition -> definition.name().equals(word));
      default -> false;
    };
  }
}
