package dev.larder.engine.dockerfile;

/**
 * A pattern for the sources of COPY and ADD, as Go's {@code filepath.Match} reads it: {@code *} and
 * {@code ?} stop at slashes, {@code [a-z]} and {@code [^a]} are classes, {@code \} takes the next
 * character as it is. It has to match the whole path.
 */
public final class Wildcard {
  private final Glob glob;

  private Wildcard(Glob glob) {
    this.glob = glob;
  }

  /**
   * Reads a pattern.
   *
   * @throws DockerfileException if a class is not closed or an escape ends it
   */
  public static Wildcard parse(Word pattern) throws DockerfileException {
    try {
      return new Wildcard(Glob.wildcard(pattern.text()));
    } catch (Glob.Syntax e) {
      throw new DockerfileException(
          Diagnostic.error(pattern.span(), String.valueOf(e.getMessage())));
    }
  }

  /** Whether a source is a pattern at all. */
  public static boolean isWildcard(String source) {
    for (int i = 0; i < source.length(); i++) {
      switch (source.charAt(i)) {
        case '\\' -> i++;
        case '*', '?', '[' -> {
          return true;
        }
        default -> {}
      }
    }
    return false;
  }

  /** Whether it matches all of a slash-separated path. */
  public boolean matches(String path) {
    return glob.matches(path);
  }
}
