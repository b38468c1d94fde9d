package dev.larder.engine.check;

import dev.larder.engine.dockerfile.Expansion;
import dev.larder.engine.dockerfile.Instruction;
import dev.larder.engine.oci.Platform;
import dev.larder.engine.plan.GoText;
import java.util.Optional;

/** No fixed platform in FROM. */
final class FromPlatformFlagConstDisallowed extends Rule {
  FromPlatformFlagConstDisallowed() {
    super(
        "FromPlatformFlagConstDisallowed",
        "A fixed --platform makes images for others useless",
        "With a platform that is written down the image is built of parts for that one, "
            + "whatever is asked for. Use $BUILDPLATFORM for stages that run on the machine "
            + "that builds, and no flag for the others. A stage whose name says the platform "
            + "is left alone.");
  }

  @Override
  void from(Instruction.From from, Globals globals, Report report) {
    Optional<Expansion> expansion =
        from.platform() == null ? Optional.empty() : globals.expand(from.platform());
    if (expansion.isEmpty()
        || !expansion.get().used().isEmpty()
        || !expansion.get().undefined().isEmpty()) {
      return;
    }
    String text = expansion.get().text();
    Platform platform;
    try {
      platform = Platform.parse(text, Platform.of("linux", "amd64"));
    } catch (IllegalArgumentException e) {
      return; // the build says it
    }
    String stage = from.stageName().orElse("");
    if (!stage.contains(platform.os()) && !stage.contains(platform.architecture())) {
      report.add(this, "FROM --platform flag should not use constant value " + GoText.quoted(text));
    }
  }
}
