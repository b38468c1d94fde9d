package dev.larder.engine.compose;

import java.util.List;

/**
 * Why a service that was started is not well.
 *
 * @param kind what kind of trouble it is
 * @param service its name
 * @param why in words, with the facts
 * @param lines the last lines that it wrote
 * @param tip what to do next
 * @param restored whether the container before it runs again
 */
public record Trouble(
    Kind kind, String service, String why, List<String> lines, String tip, boolean restored) {
  /** Kinds of trouble, each with a mending of its own. */
  public enum Kind {
    /** It could not be started at all. */
    NOT_STARTED,
    /** It ended. */
    ENDED,
    /** It ends again and again. */
    CRASH_LOOP,
    /** Its health check fails. */
    UNHEALTHY,
    /** It was neither well nor unwell when the time was over. */
    SLOW
  }

  public Trouble {
    lines = List.copyOf(lines);
  }

  Trouble afterRestore() {
    return new Trouble(kind, service, why, lines, tip, true);
  }

  /** The message of a failure: what happened, the last lines, what runs now. */
  String message() {
    String wrote =
        lines.isEmpty()
            ? "; it wrote nothing"
            : "; its last lines:\n  " + String.join("\n  ", lines);
    return "start "
        + service
        + ": "
        + why
        + wrote
        + (restored ? "\nthe container before it runs again" : "");
  }
}
