package dev.larder.engine.event;

/**
 * A file that is not as it was.
 *
 * @param path from the top of what was copied, without a slash in front
 * @param kind in what it differs
 * @param before what it was: permissions, an owner; empty where there is nothing short to say
 * @param after what it is
 */
public record FileChange(String path, Kind kind, String before, String after) {
  /** How a file differs. */
  public enum Kind {
    ADDED,
    REMOVED,
    CONTENT,
    MODE,
    OWNER,
    ATTRIBUTES,
    TYPE
  }

  /** {@code +new}, {@code -gone}, {@code changed}, {@code run.sh 755 → 644}. */
  public String text() {
    return switch (kind) {
      case ADDED -> "+" + path;
      case REMOVED -> "-" + path;
      case CONTENT -> path;
      case MODE, OWNER -> path + " " + before + " → " + after;
      case ATTRIBUTES -> path + " extended attributes";
      case TYPE -> path + " " + before + " became " + after;
    };
  }
}
