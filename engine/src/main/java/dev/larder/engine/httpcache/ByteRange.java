package dev.larder.engine.httpcache;

/**
 * The part of a body that a request asks for (RFC 9110 §14.1.2).
 *
 * @param from the first byte
 * @param length in bytes; 0 or more only for an empty whole
 */
public record ByteRange(long from, long length) {
  private static final String UNIT = "bytes=";

  /** What a field {@code Range} comes to for a body. */
  public sealed interface Asked {
    /** The whole: there is no range, one in another unit, or several, which may be ignored. */
    record Whole() implements Asked {}

    /** A part of it. */
    record Part(ByteRange range) implements Asked {}

    /** Nothing that the body has: 416. */
    record Unsatisfiable() implements Asked {}
  }

  /**
   * Reads a value.
   *
   * @param value empty where there is no field
   * @param size of the body in bytes
   */
  public static Asked of(String value, long size) {
    if (!value.regionMatches(true, 0, UNIT, 0, UNIT.length()) || value.indexOf(',') >= 0) {
      return new Asked.Whole();
    }
    String text = value.substring(UNIT.length()).strip();
    int dash = text.indexOf('-');
    String first = dash < 0 ? "" : text.substring(0, dash).strip();
    String last = dash < 0 ? "" : text.substring(dash + 1).strip();
    if (dash < 0 || !isNumber(first, true) || !isNumber(last, true) || text.length() == 1) {
      return new Asked.Whole();
    }
    if (first.isEmpty()) {
      long length = Math.min(number(last), size);
      return length == 0
          ? new Asked.Unsatisfiable()
          : new Asked.Part(new ByteRange(size - length, length));
    }
    long from = number(first);
    long to = last.isEmpty() ? Long.MAX_VALUE - 1 : number(last);
    if (to < from) {
      return new Asked.Whole();
    }
    return from >= size
        ? new Asked.Unsatisfiable()
        : new Asked.Part(new ByteRange(from, Math.min(to + 1, size) - from));
  }

  /** The value of {@code Content-Range} for it. */
  public String contentRange(long size) {
    return "bytes " + from + "-" + (from + length - 1) + "/" + size;
  }

  /** The value of {@code Content-Range} of an answer 416. */
  public static String unsatisfiable(long size) {
    return "bytes */" + size;
  }

  /**
   * Whether a {@code Content-Range} is that of a body from one place to its end.
   *
   * @param size of the whole; -1 where it is not known
   */
  public static boolean isRest(String contentRange, long from, long size) {
    String start = "bytes " + from + "-";
    int slash = contentRange.indexOf('/');
    if (!contentRange.startsWith(start) || slash < 0) {
      return false;
    }
    String last = contentRange.substring(start.length(), slash);
    String whole = contentRange.substring(slash + 1);
    return isNumber(last, false)
        && isNumber(whole, false)
        && number(last) + 1 == number(whole)
        && (size < 0 || number(whole) == size);
  }

  private static boolean isNumber(String text, boolean orEmpty) {
    return text.isEmpty() ? orEmpty : text.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  /** A number too large to be one is past the end of any body. */
  private static long number(String digits) {
    return digits.length() > 18 ? Long.MAX_VALUE - 1 : Long.parseLong(digits);
  }
}
