package dev.larder.engine.event;

/** Long values as they fit into one line. */
final class Excerpts {
  private static final int LENGTH = 60;
  private static final int BEFORE = 20;

  private Excerpts() {}

  /** What is around the first place in which a text differs from another. */
  static String of(String text, String other) {
    String line = text.replaceAll("\\s+", " ").strip();
    String beside = other.replaceAll("\\s+", " ").strip();
    if (line.length() <= LENGTH) {
      return line;
    }
    int same = 0;
    while (same < Math.min(line.length(), beside.length())
        && line.charAt(same) == beside.charAt(same)) {
      same++;
    }
    int from = Math.min(Math.max(0, same - BEFORE), Math.max(0, line.length() - LENGTH));
    while (from > 0 && from > same - 2 * BEFORE && line.charAt(from - 1) != ' ') {
      from--;
    }
    int to = Math.min(line.length(), from + LENGTH);
    return (from > 0 ? "… " : "") + line.substring(from, to) + (to < line.length() ? " …" : "");
  }

  /** {@code sha256:0123456789ab…}. */
  static String digest(String digest) {
    int colon = digest.indexOf(':');
    int end = colon + 1 + 12;
    return digest.length() > end ? digest.substring(0, end) + "…" : digest;
  }
}
