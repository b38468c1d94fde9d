package dev.larder.engine.dockerfile;

/**
 * White space as the reference implementation, a Go program, sees it: there are two notions, and
 * they differ in no-break spaces and line ends.
 */
final class Whitespace {
  private Whitespace() {}

  /** Go's {@code unicode.IsSpace}: the property White_Space. */
  static boolean isSpace(char c) {
    return switch (c) {
      case '\t', '\n', '\u000B', '\f', '\r', ' ', '\u0085', '\u00A0' -> true;
      case '\u1680', '\u2028', '\u2029', '\u202F', '\u205F', '\u3000' -> true;
      default -> c >= '\u2000' && c <= '\u200A';
    };
  }

  /** What parts the arguments of an instruction. */
  static boolean isSeparator(char c) {
    return c == ' ' || c == '\t' || c == '\u000B' || c == '\f' || c == '\r';
  }

  /** The first index from {@code from} on, before {@code to}, that is no white space. */
  static int skip(String text, int from, int to) {
    int i = from;
    while (i < to && isSpace(text.charAt(i))) {
      i++;
    }
    return i;
  }

  /** The end of what is left of {@code [from, to)} without white space at its end. */
  static int trimEnd(String text, int from, int to) {
    int i = to;
    while (i > from && isSpace(text.charAt(i - 1))) {
      i--;
    }
    return i;
  }

  /** Go's {@code strings.TrimSpace}. */
  static String trim(String text) {
    int from = skip(text, 0, text.length());
    return text.substring(from, trimEnd(text, from, text.length()));
  }
}
