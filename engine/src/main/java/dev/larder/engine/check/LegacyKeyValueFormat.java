package dev.larder.engine.check;

import dev.larder.engine.dockerfile.Instruction;
import dev.larder.engine.plan.Place;
import java.util.List;

/** key=value in ENV and LABEL. */
final class LegacyKeyValueFormat extends Rule {
  LegacyKeyValueFormat() {
    super(
        "LegacyKeyValueFormat",
        "ENV and LABEL are best written with =",
        "ENV NAME a value takes all that follows as the value, so that only one "
            + "variable fits into an instruction and quotes mean something else than "
            + "elsewhere. Write NAME=\"a value\".");
  }

  @Override
  void applying(Place place, Report report) {
    List<Instruction.Pair> pairs =
        switch (place.instruction()) {
          case Instruction.Env env -> env.variables();
          case Instruction.Label label -> label.labels();
          default -> List.of();
        };
    String keyword = place.instruction().keyword().text();
    for (Instruction.Pair pair : pairs) {
      if (pair.legacy()) {
        report.add(
            this,
            "\""
                + keyword
                + " key=value\" should be used instead of legacy \""
                + keyword
                + " key value\" format");
      }
    }
  }
}
