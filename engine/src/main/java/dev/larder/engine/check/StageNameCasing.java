package dev.larder.engine.check;

import dev.larder.engine.dockerfile.Instruction;
import java.util.Locale;

/** Stage names in lower case. */
final class StageNameCasing extends Rule {
  StageNameCasing() {
    super(
        "StageNameCasing",
        "Names of stages are best written in lower case",
        "Stages are looked up without regard to case, and images are named in lower "
            + "case only. A name in lower case can be told from a variable or an instruction "
            + "at a glance, and reads the same in FROM, --from and --target.");
  }

  @Override
  void written(Instruction instruction, Report report) {
    if (instruction instanceof Instruction.From from && from.stage() != null) {
      String stage = from.stage().text();
      if (!stage.equals(stage.toLowerCase(Locale.ROOT))) {
        report.add(this, "Stage name '" + stage + "' should be lowercase");
      }
    }
  }
}
