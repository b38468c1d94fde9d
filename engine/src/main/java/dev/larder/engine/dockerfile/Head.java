package dev.larder.engine.dockerfile;

import java.util.List;

/**
 * What every instruction has.
 *
 * @param span all of it, see {@link Node}
 * @param code from its keyword to the last character of its (joined) line, without white space at
 *     the end and without heredoc bodies
 * @param line the joined line, as BuildKit joins it: continuations and comments between are out
 * @param keyword as written
 * @param flags in order, unknown ones too
 * @param comments the lines of comment since the instruction before, as BuildKit collects them for
 *     descriptions
 */
public record Head(
    Span span, Span code, String line, Word keyword, List<Flag> flags, List<String> comments) {
  /** Copies the lists. */
  public Head {
    flags = List.copyOf(flags);
    comments = List.copyOf(comments);
  }

  /** The joined line without white space around it: what progress and history show. */
  public String text() {
    return Whitespace.trim(line);
  }
}
