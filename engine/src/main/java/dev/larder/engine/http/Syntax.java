package dev.larder.engine.http;

/** The characters of RFC 9110 §5 and RFC 9112 §2–4. */
final class Syntax {
  private static final String TOKEN_MARKS = "!#$%&'*+-.^_`|~";

  private Syntax() {}

  static boolean isToken(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      if (!letter && TOKEN_MARKS.indexOf(c) < 0) {
        return false;
      }
    }
    return !text.isEmpty();
  }

  /** A target may hold any visible character: servers and tools are not of one mind about it. */
  static boolean isTarget(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c <= ' ' || c == 0x7f) {
        return false;
      }
    }
    return !text.isEmpty();
  }

  static boolean isValue(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if ((c < ' ' && c != '\t') || c == 0x7f || c > 0xff) {
        return false;
      }
    }
    return true;
  }

  static boolean isStatus(String text) {
    return text.length() == 3
        && text.charAt(0) >= '1'
        && text.charAt(0) <= '9'
        && isDigit(text.charAt(1))
        && isDigit(text.charAt(2));
  }

  /** The minor version of {@code HTTP/1.x}, 1 for all above; -1 if it is none. */
  static int minor(String version) {
    if (version.length() != 8 || !version.startsWith("HTTP/1.") || !isDigit(version.charAt(7))) {
      return -1;
    }
    return version.charAt(7) == '0' ? 0 : 1;
  }

  /** Without space and tabs around it: Java's own ways take more than these away. */
  static String trim(String text) {
    int from = 0;
    int to = text.length();
    while (from < to && isBlank(text.charAt(from))) {
      from++;
    }
    while (to > from && isBlank(text.charAt(to - 1))) {
      to--;
    }
    return text.substring(from, to);
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t';
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
