package dev.larder.engine.build;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Says where there is no space left, which the kernel does not. */
final class FullDisk {
  private static final String REASON = "No space left on device";

  private FullDisk() {}

  /** The message of a failure, and where it is for want of space, the place and what to do. */
  static String explain(Throwable failure, Path home) {
    String message = failure.getMessage() == null ? failure.toString() : failure.getMessage();
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (String.valueOf(cause.getMessage()).contains(REASON)) {
        return message
            + (message.contains(REASON) ? "" : ": " + REASON)
            + " ("
            + home
            + " has "
            + free(home)
            + " free; make room there, or set LARDER_HOME to a folder on a larger disk)";
      }
    }
    return message;
  }

  private static String free(Path home) {
    try {
      return Files.getFileStore(home).getUsableSpace() / 1_000_000 + " MB";
    } catch (IOException e) {
      return "nothing";
    }
  }
}
