package dev.larder.engine.check;

import dev.larder.engine.dockerfile.Expansion;
import dev.larder.engine.dockerfile.Instruction;
import dev.larder.engine.dockerfile.Word;
import dev.larder.engine.plan.Place;
import java.util.Locale;

/** Protocols in lower case. */
final class ExposeProtoCasing extends Rule {
  ExposeProtoCasing() {
    super(
        "ExposeProtoCasing",
        "Protocols in EXPOSE are best written in lower case",
        "The image has them in lower case, whatever is written. Write 80/tcp.");
  }

  @Override
  void expanded(Place place, Word word, Expansion expansion, Report report) {
    if (!(place.instruction() instanceof Instruction.Expose)) {
      return;
    }
    for (String text : expansion.words()) {
      ExposedPort port = ExposedPort.of(text);
      if (port.readable() && !port.protocol().equals(port.protocol().toLowerCase(Locale.ROOT))) {
        report.add(
            this, "Defined protocol '" + text + "' in EXPOSE instruction should be lowercase");
      }
    }
  }
}
