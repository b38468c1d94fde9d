package dev.larder.engine.registry;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Runs a program that keeps credentials, such as {@code docker-credential-pass}. */
public interface CredentialHelper {
  /** What it printed and how it ended. */
  record Answer(int status, String output) {}

  /**
   * Runs {@code <program> get}.
   *
   * @param input goes to its standard input
   */
  Answer get(String program, String input) throws IOException, InterruptedException;

  /** Runs programs found on the search path. */
  static CredentialHelper process() {
    return (program, input) -> {
      Process process =
          new ProcessBuilder(program, "get").redirectError(ProcessBuilder.Redirect.DISCARD).start();
      try {
        try (OutputStream stdin = process.getOutputStream()) {
          stdin.write(input.getBytes(StandardCharsets.UTF_8));
        }
        byte[] output = process.getInputStream().readNBytes(1 << 16);
        return new Answer(process.waitFor(), new String(output, StandardCharsets.UTF_8));
      } finally {
        process.destroy();
      }
    };
  }
}
