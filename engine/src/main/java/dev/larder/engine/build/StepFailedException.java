package dev.larder.engine.build;

import dev.larder.engine.exec.Finished;
import java.io.IOException;
import java.util.List;

/** A step's process ended with something else than success. */
final class StepFailedException extends IOException {
  private static final long serialVersionUID = 1L;

  StepFailedException(List<String> argv, Finished finished) {
    super(message(argv, finished));
  }

  /** In BuildKit's words, which people search the web for. */
  private static String message(List<String> argv, Finished finished) {
    String command = String.join(" ", argv);
    String cause =
        finished.outOfMemory()
            ? " (the machine ran out of memory)"
            : finished.signal().isPresent()
                ? " (ended by signal " + finished.signal().getAsInt() + ")"
                : "";
    return "process \""
        + command
        + "\" did not complete successfully: exit code: "
        + finished.exitCode()
        + cause;
  }
}
