package dev.larder.engine.dockerfile;

/**
 * Tries the laws of {@link Laws} on what a coverage-guided fuzzer makes up. The first byte chooses
 * what is edited, the rest is the file.
 */
public final class DockerfileFuzzer {
  private DockerfileFuzzer() {}

  /** Called by the fuzzer with each input. */
  public static void fuzzerTestOneInput(byte[] input) {
    if (input.length > 0) {
      byte[] file = java.util.Arrays.copyOfRange(input, 1, input.length);
      Laws.hold("fuzzed", file, input[0]);
    }
  }
}
