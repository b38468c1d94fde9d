package dev.larder.cli.progress;

/** How wide text is on a terminal. */
final class Columns {
  private Columns() {}

  static int of(String text) {
    return text.codePoints().map(Columns::of).sum();
  }

  /** 0 for marks that combine with the letter before, 2 for what East Asian writing uses. */
  private static int of(int c) {
    int type = Character.getType(c);
    if (type == Character.NON_SPACING_MARK
        || type == Character.ENCLOSING_MARK
        || type == Character.FORMAT) {
      return 0;
    }
    boolean wide =
        (c >= 0x1100 && c <= 0x115F)
            || (c >= 0x2E80 && c <= 0xA4CF)
            || (c >= 0xAC00 && c <= 0xD7A3)
            || (c >= 0xF900 && c <= 0xFAFF)
            || (c >= 0xFE30 && c <= 0xFE6F)
            || (c >= 0xFF00 && c <= 0xFF60)
            || (c >= 0xFFE0 && c <= 0xFFE6)
            || (c >= 0x1F300 && c <= 0x1FAFF)
            || (c >= 0x20000 && c <= 0x3FFFD);
    return wide ? 2 : 1;
  }

  /** The beginning of a text that is at most so wide. */
  static String cut(String text, int width) {
    int columns = 0;
    int i = 0;
    while (i < text.length()) {
      int c = text.codePointAt(i);
      columns += of(c);
      if (columns > width) {
        break;
      }
      i += Character.charCount(c);
    }
    return text.substring(0, i);
  }

  /** A text on the left and one on the right of a line that is exactly so wide. */
  static String spread(String left, String right, int width) {
    String cut = cut(left, Math.max(0, width - of(right) - 1));
    return cut + " ".repeat(Math.max(0, width - of(cut) - of(right))) + right;
  }
}
