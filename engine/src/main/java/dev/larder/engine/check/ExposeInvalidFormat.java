package dev.larder.engine.check;

import dev.larder.engine.dockerfile.Expansion;
import dev.larder.engine.dockerfile.Instruction;
import dev.larder.engine.dockerfile.Word;
import dev.larder.engine.plan.Place;

/** A port alone in EXPOSE. */
final class ExposeInvalidFormat extends Rule {
  ExposeInvalidFormat() {
    super(
        "ExposeInvalidFormat",
        "EXPOSE takes ports of the container alone",
        "An image can not say where its ports are published. An address or a port of "
            + "the host in EXPOSE is thrown away today and will be refused one day. Write the "
            + "port of the container, and publish it when a container is started.");
  }

  @Override
  void expanded(Place place, Word word, Expansion expansion, Report report) {
    if (!(place.instruction() instanceof Instruction.Expose)) {
      return;
    }
    for (String text : expansion.words()) {
      ExposedPort port = ExposedPort.of(text);
      if (port.readable() && port.published()) {
        report.add(
            this,
            "EXPOSE instruction should not define an IP address or host-port mapping, found '"
                + text
                + "'");
      }
    }
  }
}
