package dev.larder.engine.dockerfile;

import java.util.List;

/**
 * What the user wrote can't be taken as it stands, found only once variables had their values. It
 * carries the diagnostics to show.
 */
public final class DockerfileException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient List<Diagnostic> diagnostics;

  /** Carries this diagnostic. */
  public DockerfileException(Diagnostic diagnostic) {
    this(List.of(diagnostic));
  }

  /** Carries these, at least one; the message is that of the first. */
  public DockerfileException(List<Diagnostic> diagnostics) {
    super(message(diagnostics.getFirst()));
    this.diagnostics = List.copyOf(diagnostics);
  }

  private static String message(Diagnostic first) {
    return first.message() + (first.hint().isEmpty() ? "" : " (" + first.hint() + ")");
  }

  /** What to show first; often there is no other. */
  public Diagnostic diagnostic() {
    return diagnostics.getFirst();
  }

  /** All that there is to show. */
  public List<Diagnostic> diagnostics() {
    return diagnostics;
  }
}
