package dev.larder.engine.check;

import dev.larder.engine.dockerfile.Expansion;
import dev.larder.engine.dockerfile.Instruction;
import dev.larder.engine.dockerfile.Suggestion;
import dev.larder.engine.dockerfile.Word;
import java.util.Set;

/** Arguments in FROM are declared before it. */
final class UndefinedArgInFrom extends Rule {
  UndefinedArgInFrom() {
    super(
        "UndefinedArgInFrom",
        "FROM sees only arguments that are declared before the first FROM",
        "An argument that is not declared is empty in FROM, so that another image is "
            + "used than was meant, or none. Declare it with ARG above the first FROM.");
  }

  @Override
  void from(Instruction.From from, Globals globals, Report report) {
    undeclared(from.image(), globals, report);
    if (from.platform() != null) {
      undeclared(from.platform(), globals, report);
    }
  }

  private void undeclared(Word word, Globals globals, Report report) {
    Set<String> undefined = globals.expand(word).map(Expansion::undefined).orElse(Set.of());
    for (String name : undefined.stream().sorted().toList()) {
      if (!globals.declared().contains(name)) {
        String near =
            Suggestion.nearest(name, globals.declared())
                .map(n -> " (did you mean " + n + "?)")
                .orElse("");
        report.add(this, "FROM argument '" + name + "' is not declared" + near);
      }
    }
  }
}
