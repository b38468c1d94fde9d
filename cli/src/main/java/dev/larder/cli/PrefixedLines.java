package dev.larder.cli;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Writes bytes that come in pieces, with a prefix before each line. */
final class PrefixedLines {
  private final PrintStream out;
  private final byte[] prefix;
  private boolean atStart = true;

  PrefixedLines(PrintStream out, String prefix) {
    this.out = out;
    this.prefix = prefix.getBytes(StandardCharsets.UTF_8);
  }

  void write(byte[] bytes) {
    int from = 0;
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == '\n') {
        piece(bytes, from, i + 1);
        atStart = true;
        from = i + 1;
      }
    }
    if (from < bytes.length) {
      piece(bytes, from, bytes.length);
      atStart = false;
    }
  }

  private void piece(byte[] bytes, int from, int to) {
    if (atStart) {
      out.write(prefix, 0, prefix.length);
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
