package dev.larder.engine.archive;

/**
 * Names by which a layer's archive says what is gone: OCI image specification, "Image Layer
 * Filesystem Changeset", section "Whiteouts".
 */
public final class Whiteouts {
  /** Before the name of a removed file or folder. */
  public static final String PREFIX = ".wh.";

  /** A file of this name hides all that lower layers have in its folder. */
  public static final String OPAQUE = ".wh..wh..opq";

  /** What old storage drivers left in archives for themselves; means nothing. */
  private static final String META = ".wh..wh.";

  private Whiteouts() {}

  /** Whether a file of this name hides others; {@link #OPAQUE} is not one of them. */
  public static boolean hidesOne(String name) {
    return name.startsWith(PREFIX) && !name.startsWith(META);
  }

  /** Whether a name of this form has no meaning for us and is left out. */
  public static boolean isMeta(String name) {
    return name.startsWith(META) && !name.equals(OPAQUE);
  }
}
