package dev.larder.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Writes bytes that come in pieces, with a prefix before each line. */
final class PrefixedLines {
  private final PrintStream out;
  private boolean atStart = true;

  PrefixedLines(PrintStream out) {
    this.out = out;
  }

  /** Says what stands before a line. */
  @FunctionalInterface
  interface Prefix {
    /**
     * The prefix of a line.
     *
     * @param index of the line's first byte among those that are written
     */
    String at(int index) throws IOException;
  }

  void write(byte[] bytes, Prefix prefix) throws IOException {
    int from = 0;
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == '\n') {
        piece(bytes, from, i + 1, prefix);
        atStart = true;
        from = i + 1;
      }
    }
    if (from < bytes.length) {
      piece(bytes, from, bytes.length, prefix);
      atStart = false;
    }
  }

  private void piece(byte[] bytes, int from, int to, Prefix prefix) throws IOException {
    if (atStart) {
      out.writeBytes(prefix.at(from).getBytes(StandardCharsets.UTF_8));
    }
    out.write(bytes, from, to - from);
  }

  /** Ends a line that was not ended. */
  void end() {
    if (!atStart) {
      out.println();
      atStart = true;
    }
  }
}
