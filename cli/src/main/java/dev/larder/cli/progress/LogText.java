package dev.larder.cli.progress;

/**
 * Takes out of a stream of text what would move a terminal's cursor or change its colours: escape
 * sequences as a whole, other control characters one by one. Line breaks, carriage returns and tabs
 * stay. A sequence may be cut anywhere between two pieces.
 */
public final class LogText {
  private enum State {
    TEXT,
    ESCAPE,
    /** {@code ESC [}, up to a letter. */
    CONTROL,
    /** {@code ESC ]}, up to BEL or {@code ESC \}. */
    STRING,
    STRING_ESCAPE
  }

  private State state = State.TEXT;

  /** What may be shown of the next piece. */
  public String next(String piece) {
    StringBuilder out = new StringBuilder(piece.length());
    for (int i = 0; i < piece.length(); i++) {
      char c = piece.charAt(i);
      switch (state) {
        case TEXT -> text(c, out);
        case ESCAPE ->
            state =
                switch (c) {
                  case '[' -> State.CONTROL;
                  case ']', 'P', 'X', '^', '_' -> State.STRING;
                  default -> c >= 0x20 && c <= 0x2F ? State.ESCAPE : State.TEXT;
                };
        case CONTROL -> state = (c >= 0x40 && c <= 0x7E) || c == '\n' ? State.TEXT : State.CONTROL;
        case STRING ->
            state =
                switch (c) {
                  case 0x1B -> State.STRING_ESCAPE;
                  case 0x07, '\n' -> State.TEXT;
                  default -> State.STRING;
                };
        case STRING_ESCAPE -> state = c == '\\' ? State.TEXT : State.STRING;
      }
    }
    return out.toString();
  }

  private void text(char c, StringBuilder out) {
    if (c == 0x1B) {
      state = State.ESCAPE;
    } else if (c == '\n' || c == '\r' || c == '\t') {
      out.append(c);
    } else if (!Character.isISOControl(c) && !turnsText(c)) {
      out.append(c);
    }
  }

  /** Marks that change the direction of what follows, so that text is not what it looks like. */
  private static boolean turnsText(char c) {
    return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
  }

  /** A text that is to stay on one line. */
  public static String line(String text) {
    return new LogText().next(text).replaceAll("[\\n\\r\\t]+", " ");
  }

  /** A text of several lines. */
  static String lines(String text) {
    return new LogText().next(text).replace("\r", "");
  }
}
