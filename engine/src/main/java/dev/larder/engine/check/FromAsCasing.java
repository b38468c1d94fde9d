package dev.larder.engine.check;

import dev.larder.engine.dockerfile.Instruction;
import java.util.Locale;

/** FROM and AS in the same case. */
final class FromAsCasing extends Rule {
  FromAsCasing() {
    super(
        "FromAsCasing",
        "AS is best written in the case of its FROM",
        "Keywords of one instruction in two cases look like a slip. Write FROM … AS or "
            + "from … as.");
  }

  @Override
  void written(Instruction instruction, Report report) {
    if (!(instruction instanceof Instruction.From from) || from.as() == null) {
      return;
    }
    String keyword = from.keyword().text();
    String as = from.as().text();
    boolean lower = keyword.equals(keyword.toLowerCase(Locale.ROOT));
    boolean upper = keyword.equals(keyword.toUpperCase(Locale.ROOT));
    String expected = lower ? as.toLowerCase(Locale.ROOT) : as.toUpperCase(Locale.ROOT);
    if ((lower || upper) && !as.equals(expected)) {
      report.add(this, "'" + as + "' and '" + keyword + "' keywords' casing do not match");
    }
  }
}
