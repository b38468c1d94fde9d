package dev.larder.engine.check;

import dev.larder.engine.dockerfile.Command;
import dev.larder.engine.dockerfile.Instruction;
import dev.larder.engine.plan.Place;

/** The exec form for CMD and ENTRYPOINT. */
final class JsonArgsRecommended extends Rule {
  JsonArgsRecommended() {
    super(
        "JSONArgsRecommended",
        "CMD and ENTRYPOINT are best written as JSON arrays, so that signals arrive",
        "The shell form starts a shell, which starts the program. The shell is the "
            + "first process of the container and passes no signals on: stopping the "
            + "container waits until the program is killed. Write [\"program\", \"argument\"], or "
            + "name the shell yourself with SHELL if you want one.");
  }

  @Override
  void applying(Place place, Report report) {
    boolean shell =
        switch (place.instruction()) {
          case Instruction.Cmd cmd -> cmd.command() instanceof Command.Shell;
          case Instruction.Entrypoint entrypoint -> entrypoint.command() instanceof Command.Shell;
          default -> false;
        };
    if (shell && place.config().shell().isEmpty()) {
      report.add(
          this,
          "JSON arguments recommended for "
              + place.instruction().keyword().text()
              + " to prevent unintended behavior related to OS signals");
    }
  }
}
