package dev.larder.engine.dockerfile;

/**
 * What the user wrote can't be taken as it stands, found only once variables had their values. It
 * carries the diagnostic to show.
 */
public final class DockerfileException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient Diagnostic diagnostic;

  /** Carries this diagnostic. */
  public DockerfileException(Diagnostic diagnostic) {
    super(
        diagnostic.message() + (diagnostic.hint().isEmpty() ? "" : " (" + diagnostic.hint() + ")"));
    this.diagnostic = diagnostic;
  }

  /** What to show. */
  public Diagnostic diagnostic() {
    return diagnostic;
  }
}
