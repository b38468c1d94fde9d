package dev.larder.engine.dockerfile;

import java.util.Arrays;

/**
 * The lines of an instruction joined into one, knowing for every character where it stood. Reading
 * happens on plain text, and still every word has its exact place.
 */
final class LogicalLine {
  private final String text;
  private final int[] offsets;
  private final int end;

  private LogicalLine(String text, int[] offsets, int end) {
    this.text = text;
    this.offsets = offsets;
    this.end = end;
  }

  /** Collects characters. */
  static final class Builder {
    private final StringBuilder text = new StringBuilder();
    private int[] offsets = new int[64];

    /** Adds characters of the source as they are. */
    void append(String source, int from, int to) {
      room(to - from);
      for (int i = from; i < to; i++) {
        offsets[text.length() + i - from] = i;
      }
      text.append(source, from, to);
    }

    /** Adds a character of another line. */
    void append(LogicalLine line, int index) {
      room(1);
      offsets[text.length()] = line.offsets[index];
      text.append(line.text.charAt(index));
    }

    int length() {
      return text.length();
    }

    /** The line; {@code end} is where an empty span after its last character stands. */
    LogicalLine build(int end) {
      return new LogicalLine(text.toString(), Arrays.copyOf(offsets, text.length()), end);
    }

    private void room(int more) {
      int needed = text.length() + more;
      if (needed > offsets.length) {
        offsets = Arrays.copyOf(offsets, Math.max(needed, 2 * offsets.length));
      }
    }
  }

  String text() {
    return text;
  }

  int length() {
    return text.length();
  }

  /** Where the characters {@code [from, to)} stand in the source. */
  Span span(int from, int to) {
    int start = from < offsets.length ? offsets[from] : end;
    return from == to ? new Span(start, start) : new Span(start, offsets[to - 1] + 1);
  }

  Span span() {
    return span(0, length());
  }

  Word word(int from, int to) {
    return new Word(span(from, to), text.substring(from, to));
  }

  Word word() {
    return word(0, length());
  }

  /**
   * A part. It ends right behind its last character, and an empty one behind the character before
   * it: what comes next may stand beyond a continuation.
   */
  LogicalLine slice(int from, int to) {
    int first = offsets.length > 0 ? offsets[0] : end;
    return new LogicalLine(
        text.substring(from, to),
        Arrays.copyOfRange(offsets, from, to),
        to > 0 ? offsets[to - 1] + 1 : first);
  }

  /** Without white space at both ends. */
  LogicalLine trimmed() {
    int from = Whitespace.skip(text, 0, length());
    return slice(from, Whitespace.trimEnd(text, from, length()));
  }
}
