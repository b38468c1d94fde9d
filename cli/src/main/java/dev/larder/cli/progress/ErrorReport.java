package dev.larder.cli.progress;

import dev.larder.engine.build.BuildFailure;
import java.io.PrintStream;
import java.util.Optional;

/** Tells why something failed: the step's last lines, the place in the Dockerfile, the reason. */
public final class ErrorReport {
  private static final String RULE = "------";

  private ErrorReport() {}

  /** A failed build. */
  public static void write(PrintStream err, BuildFailure failure) {
    Optional<BuildFailure.Step> step = failure.step();
    if (step.isPresent() && !step.get().log().isEmpty()) {
      err.println(RULE);
      err.println(" > " + LogText.line(step.get().name()) + ":");
      step.get().log().forEach(line -> err.println(LogText.line(line)));
      err.println(RULE);
    }
    String message = String.valueOf(failure.getMessage());
    // An excerpt begins with its place and the message; to say it twice helps nobody.
    if (failure.excerpts().stream().noneMatch(excerpt -> excerpt.contains(message))) {
      write(err, message, "");
    }
    failure.excerpts().forEach(excerpt -> write(err, excerpt, ""));
  }

  /**
   * A message and what to do about it.
   *
   * @param hint may be empty
   */
  public static void write(PrintStream err, String message, String hint) {
    err.println("ERROR: " + LogText.lines(message).strip());
    if (!hint.isEmpty()) {
      err.println("  hint: " + LogText.lines(hint).strip());
    }
    err.flush();
  }

  /** The text on one line, without what would move the cursor. */
  public static String harmless(String text) {
    return LogText.line(text);
  }
}
