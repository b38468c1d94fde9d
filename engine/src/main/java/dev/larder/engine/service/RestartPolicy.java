package dev.larder.engine.service;

/**
 * What happens when a container ends by itself.
 *
 * @param kind which ends make it start again
 * @param most how often {@link Kind#ON_FAILURE} tries in a row; 0 is without limit
 */
public record RestartPolicy(Kind kind, int most) {
  public static final RestartPolicy NEVER = new RestartPolicy(Kind.NO, 0);

  /** Which ends make it start again. */
  public enum Kind {
    NO,
    ON_FAILURE,
    ALWAYS,
    UNLESS_STOPPED
  }

  /** Whether a container that ended with this status after so many restarts starts again. */
  boolean restarts(int exitCode, int restarts) {
    return switch (kind) {
      case NO -> false;
      case ON_FAILURE -> exitCode != 0 && (most == 0 || restarts < most);
      case ALWAYS, UNLESS_STOPPED -> true;
    };
  }
}
