package dev.larder.engine.check;

import dev.larder.engine.dockerfile.Expansion;
import dev.larder.engine.dockerfile.Instruction;
import dev.larder.engine.oci.ImageName;
import java.util.Optional;

/** FROM works without build arguments. */
final class InvalidDefaultArgInFrom extends Rule {
  InvalidDefaultArgInFrom() {
    super(
        "InvalidDefaultArgInFrom",
        "Without build arguments the base image has no valid name",
        "A file that builds only with --build-arg fails for whoever does not know that, "
            + "and for tools that read it. Give the argument a default that makes a valid "
            + "name.");
  }

  @Override
  void from(Instruction.From from, Globals globals, Report report) {
    Optional<Expansion> expansion = globals.byDefault(from.image());
    if (expansion.isPresent() && !isName(expansion.get().text())) {
      report.add(
          this,
          "Default value for ARG "
              + from.image().text()
              + " results in empty or invalid base image name");
    }
  }

  private static boolean isName(String text) {
    try {
      ImageName.parse(text);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
