package dev.larder.engine.check;

import dev.larder.engine.dockerfile.Instruction;

/** A label instead of MAINTAINER. */
final class MaintainerDeprecated extends Rule {
  MaintainerDeprecated() {
    super(
        "MaintainerDeprecated",
        "MAINTAINER has given way to a label",
        "Only few tools still show what MAINTAINER says. LABEL "
            + "org.opencontainers.image.authors=\"…\" says the same, and all of them show it.");
  }

  @Override
  void written(Instruction instruction, Report report) {
    if (instruction.name().equals("MAINTAINER")) {
      report.add(this, "Maintainer instruction is deprecated in favor of using label");
    }
  }
}
