package dev.larder.engine.check;

import dev.larder.engine.dockerfile.Expansion;
import dev.larder.engine.dockerfile.Instruction;
import dev.larder.engine.dockerfile.Word;
import java.util.Optional;
import java.util.Set;

/** No --platform=$TARGETPLATFORM. */
final class RedundantTargetPlatform extends Rule {
  RedundantTargetPlatform() {
    super(
        "RedundantTargetPlatform",
        "--platform=$TARGETPLATFORM says what holds without it",
        "FROM without --platform is for the platform that is built for. Leave the flag " + "out.");
  }

  @Override
  void from(Instruction.From from, Globals globals, Report report) {
    Word platform = from.platform();
    if (platform == null) {
      return;
    }
    Optional<Expansion> expansion = globals.expand(platform);
    boolean alone =
        expansion.isPresent()
            && expansion.get().used().equals(Set.of("TARGETPLATFORM"))
            && expansion.get().undefined().isEmpty()
            && expansion.get().text().equals(globals.given().get("TARGETPLATFORM"));
    if (alone) {
      report.add(
          this,
          "Setting platform to predefined "
              + platform.text()
              + " in FROM is redundant as this is the default behavior");
    }
  }
}
