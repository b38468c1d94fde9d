package dev.larder.engine.dockerfile;

/**
 * A half-open range of a source's text.
 *
 * @param start offset of the first character (UTF-16 unit), from 0
 * @param end offset after the last one
 */
public record Span(int start, int end) {
  /**
   * Checks the order.
   *
   * @throws IllegalArgumentException if {@code start} is negative or after {@code end}
   */
  public Span {
    if (start < 0 || end < start) {
      throw new IllegalArgumentException("not a range: " + start + " to " + end);
    }
  }

  /** The number of characters. */
  public int length() {
    return end - start;
  }

  /** Whether nothing is in it. */
  public boolean isEmpty() {
    return start == end;
  }

  /** Whether all of {@code other} lies in this one. */
  public boolean contains(Span other) {
    return start <= other.start && other.end <= end;
  }

  /** From the first start to the last end of both. */
  public Span union(Span other) {
    return new Span(Math.min(start, other.start), Math.max(end, other.end));
  }

  /** The characters of {@code text} in this range. */
  public String of(String text) {
    return text.substring(start, end);
  }
}
