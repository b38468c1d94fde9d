package dev.larder.engine.dockerfile;

/** Shows a span in its lines: numbers in front, carets below. */
final class Excerpt {
  private static final int CONTEXT = 1;
  private static final int MARKED_LINES = 6;
  private static final int TAB = 4;
  private static final int WIDTH = 160;

  private final String text;
  private final Span span;
  private final StringBuilder out = new StringBuilder();

  private Excerpt(Source source, Span span) {
    this.text = source.text();
    this.span = span;
  }

  static String of(Source source, Span span) {
    if (source.text().isEmpty()) {
      return "";
    }
    Excerpt excerpt = new Excerpt(source, span);
    excerpt.write(source.position(span.start()).line());
    return excerpt.out.toString();
  }

  private void write(int firstLine) {
    int start = lineStart(span.start());
    int number = firstLine;
    for (int i = 0; i < CONTEXT && start > 0; i++) {
      start = lineStart(start - 1);
      number--;
    }
    int after = 0;
    int marked = 0;
    int digits = Math.max(4, String.valueOf(firstLine + MARKED_LINES + CONTEXT).length());
    while (start < text.length() && after < CONTEXT && marked < MARKED_LINES) {
      int end = lineEnd(start);
      out.append(pad(String.valueOf(number), digits)).append(" | ");
      boolean past = start >= Math.max(span.end(), span.start() + 1);
      Marks line = new Marks(start, end);
      out.append(line.shown.toString().stripTrailing()).append('\n');
      if (!line.carets.toString().isBlank()) {
        out.append(pad("", digits)).append(" | ");
        out.append(line.carets.toString().stripTrailing()).append('\n');
        marked++;
      }
      after += past ? 1 : 0;
      number++;
      start = end;
    }
  }

  /** One line as shown, and what stands below it. */
  private final class Marks {
    private final StringBuilder shown = new StringBuilder();
    private final StringBuilder carets = new StringBuilder();

    Marks(int start, int lineEnd) {
      int end = lineEnd;
      while (end > start && (text.charAt(end - 1) == '\n' || text.charAt(end - 1) == '\r')) {
        end--;
      }
      // A long line is shown from a little before what is marked in it.
      int from = start;
      if (end - start > WIDTH && span.start() > start && span.start() < end) {
        from = Math.max(start, Math.min(span.start() - 40, end - WIDTH));
        from -= Character.isLowSurrogate(text.charAt(from)) && from > start ? 1 : 0;
      }
      if (from > start) {
        put("…", ' ');
      }
      int i = from;
      while (i < end && shown.length() < WIDTH) {
        int c = text.codePointAt(i);
        put(visible(c), marks(i, c, start, end) ? '^' : ' ');
        i += Character.charCount(c);
      }
      if (i < end) {
        put("…", ' ');
      } else if (span.start() == end || (span.isEmpty() && span.start() == lineEnd && i == end)) {
        put(" ", atEnd(lineEnd) ? '^' : ' ');
      }
    }

    /** Whether nothing is left to mark but the place after the last character of this line. */
    private boolean atEnd(int lineEnd) {
      return span.start() < lineEnd || lineEnd == text.length();
    }

    private boolean marks(int i, int c, int start, int end) {
      if (span.isEmpty()) {
        return i == span.start();
      }
      if (i < span.start() || i >= span.end()) {
        return false;
      }
      // Indentation inside a span of several lines is not marked.
      return !Character.isWhitespace(c) || !text.substring(start, Math.min(i, end)).isBlank();
    }

    private void put(String what, char mark) {
      shown.append(what);
      carets.repeat(mark, what.codePointCount(0, what.length()));
    }

    private String visible(int c) {
      if (c == '\t') {
        return " ".repeat(TAB - carets.length() % TAB);
      }
      if (c == '\uFEFF') {
        return "";
      }
      return hidden(c) ? "\uFFFD" : Character.toString(c);
    }
  }

  /** The text without what would move a terminal's cursor or can't be printed at all. */
  static String harmless(String text) {
    StringBuilder out = new StringBuilder(text.length());
    text.codePoints().forEach(c -> out.appendCodePoint(hidden(c) ? 0xFFFD : c));
    return out.toString();
  }

  private static boolean hidden(int c) {
    return Character.isISOControl(c)
        || Character.getType(c) == Character.FORMAT
        || Character.getType(c) == Character.SURROGATE;
  }

  private int lineStart(int offset) {
    return text.lastIndexOf('\n', offset - 1) + 1;
  }

  private int lineEnd(int start) {
    int end = text.indexOf('\n', start);
    return end < 0 ? text.length() : end + 1;
  }

  private static String pad(String number, int digits) {
    return " ".repeat(digits - number.length()) + number;
  }
}
