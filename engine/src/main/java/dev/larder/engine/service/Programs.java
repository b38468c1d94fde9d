package dev.larder.engine.service;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Programs of the system, run to their end. */
final class Programs {
  private Programs() {}

  /**
   * Runs one.
   *
   * @param input what it reads
   * @return what it wrote
   * @throws IOException if it is missing, or ends with another status than 0
   */
  static String run(List<String> command, String input) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try {
      try (OutputStream stdin = process.getOutputStream()) {
        stdin.write(input.getBytes(StandardCharsets.UTF_8));
      } catch (IOException e) {
        // It ended without reading all of it; its status says more.
      }
      String output =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      int status = process.waitFor();
      if (status != 0) {
        throw new IOException(
            "run \"" + String.join(" ", command) + "\": exit code " + status + ": " + output);
      }
      return output;
    } finally {
      process.destroyForcibly();
    }
  }

  static String run(String... command) throws IOException, InterruptedException {
    return run(List.of(command), "");
  }

  static boolean has(String name, String searchPath) {
    for (String folder : searchPath.split(":")) {
      if (!folder.isEmpty() && Files.isExecutable(Path.of(folder, name))) {
        return true;
      }
    }
    return false;
  }
}
