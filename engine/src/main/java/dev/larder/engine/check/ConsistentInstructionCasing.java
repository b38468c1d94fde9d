package dev.larder.engine.check;

import dev.larder.engine.dockerfile.Instruction;
import dev.larder.engine.dockerfile.Stage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** All keywords in upper case, or all in lower case. */
final class ConsistentInstructionCasing extends Rule {
  ConsistentInstructionCasing() {
    super(
        "ConsistentInstructionCasing",
        "Keywords of a file are best written all in one case",
        "Keywords may be written in any case. A file that mixes them is hard to scan, "
            + "and a keyword in mixed case looks like a typo. The case of the majority is "
            + "expected of the others.");
  }

  @Override
  void stages(List<Stage> stages, Report report) {
    List<Instruction> all = new ArrayList<>();
    for (Stage stage : stages) {
      all.add(stage.from());
      all.addAll(stage.instructions());
    }
    long lower = all.stream().map(i -> i.keyword().text()).filter(k -> k.equals(low(k))).count();
    long upper =
        all.stream()
            .map(i -> i.keyword().text())
            .filter(k -> k.equals(up(k)) && !k.equals(low(k)))
            .count();
    boolean majority = lower > upper;
    for (Instruction instruction : all) {
      String keyword = instruction.keyword().text();
      if (!keyword.equals(majority ? low(keyword) : up(keyword))) {
        report
            .at(instruction)
            .add(
                this,
                "Command '"
                    + keyword
                    + "' should match the case of the command majority ("
                    + (majority ? "lowercase" : "uppercase")
                    + ")");
      }
    }
  }

  private static String low(String keyword) {
    return keyword.toLowerCase(Locale.ROOT);
  }

  private static String up(String keyword) {
    return keyword.toUpperCase(Locale.ROOT);
  }
}
