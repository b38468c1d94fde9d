package dev.larder.engine.dockerfile;

import java.util.Comparator;
import java.util.List;

/**
 * Puts a text in the place of a span.
 *
 * @param span what goes; an empty one inserts
 * @param replacement what comes
 */
public record Edit(Span span, String replacement) {
  /**
   * Applies edits that do not overlap; everything outside their spans stays byte for byte. Two
   * insertions at one place come in the order given.
   *
   * @throws IllegalArgumentException if two edits overlap or one is outside the text
   */
  public static String apply(String text, List<Edit> edits) {
    List<Edit> sorted =
        edits.stream()
            .sorted(
                Comparator.comparingInt((Edit e) -> e.span.start())
                    .thenComparingInt(e -> e.span.end()))
            .toList();
    StringBuilder out = new StringBuilder(text.length());
    int done = 0;
    for (Edit edit : sorted) {
      if (edit.span.start() < done) {
        throw new IllegalArgumentException("edits overlap at offset " + edit.span.start());
      }
      if (edit.span.end() > text.length()) {
        throw new IllegalArgumentException("edit outside the text: " + edit.span);
      }
      out.append(text, done, edit.span.start()).append(edit.replacement);
      done = edit.span.end();
    }
    return out.append(text, done, text.length()).toString();
  }
}
