package dev.larder.engine.dockerfile;

import java.util.List;

/**
 * Something to say about a place of a source.
 *
 * @param severity whether a build can go on
 * @param rule id of the check that found it, as BuildKit names it; empty for what is wrong without
 *     any check
 * @param span where
 * @param message what is wrong, one line without a full stop
 * @param hint what to do about it, for instance {@code did you mean --chown?}; may be empty
 * @param fixes edits that mend it and are known to be safe
 */
public record Diagnostic(
    Severity severity, String rule, Span span, String message, String hint, List<Fix> fixes) {
  /** Copies the list. */
  public Diagnostic {
    fixes = List.copyOf(fixes);
  }

  /** How bad it is. */
  public enum Severity {
    /** Nothing can be built from it. */
    ERROR,
    /** It can be built, but probably is not what was meant. */
    WARNING,
    /** Worth knowing. */
    NOTE
  }

  /**
   * One way to mend it.
   *
   * @param title what it does, as an imperative
   * @param edits what it changes; they do not overlap
   */
  public record Fix(String title, List<Edit> edits) {
    /** Copies the list. */
    public Fix {
      edits = List.copyOf(edits);
    }
  }

  /** An error without a hint. */
  public static Diagnostic error(Span span, String message) {
    return error(span, message, "");
  }

  /** An error with a hint. */
  public static Diagnostic error(Span span, String message, String hint) {
    return new Diagnostic(Severity.ERROR, "", span, message, hint, List.of());
  }

  /** A warning of a rule. */
  public static Diagnostic warning(String rule, Span span, String message, String hint) {
    return new Diagnostic(Severity.WARNING, rule, span, message, hint, List.of());
  }

  /** Whether it stops a build. */
  public boolean isError() {
    return severity == Severity.ERROR;
  }

  /** {@code Dockerfile:7:6: unknown flag: --chwon (did you mean --chown?)}, without an excerpt. */
  public String line(Source source) {
    Source.Position at = source.position(span.start());
    String kind =
        switch (severity) {
          case ERROR -> "";
          case WARNING -> "warning: ";
          case NOTE -> "note: ";
        };
    return source.name()
        + ":"
        + at.line()
        + ":"
        + at.column()
        + ": "
        + kind
        + Excerpt.harmless(message + (hint.isEmpty() ? "" : " (" + hint + ")"));
  }

  /**
   * The line of {@link #line} and below it an excerpt of the source with line numbers and the words
   * marked by {@code ^^^}. Lines end with {@code \n}; control characters are not passed on.
   */
  public String render(Source source) {
    return line(source) + "\n" + Excerpt.of(source, span);
  }
}
