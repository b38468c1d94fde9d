package dev.larder.engine.source;

import org.jspecify.annotations.Nullable;

/**
 * Which files below a copied folder are meant.
 *
 * @param excludes what is not, by paths relative to the folder
 * @param includes if given, what is
 */
public record Rule(PathFilter excludes, @Nullable PathFilter includes) {
  /** Everything. */
  static final Rule ALL = new Rule(PathFilter.NONE, null);

  /** What becomes of a file. */
  public enum Verdict {
    /** It is meant. */
    TAKE,
    /** A folder that is not meant itself; it is made only if something below it is. */
    DESCEND,
    SKIP
  }

  /**
   * Judges a file.
   *
   * @param path relative to the folder that is copied; not empty
   */
  public Verdict judge(String path, boolean folder) {
    boolean excluded = excludes.matches(path);
    if (!excluded && (includes == null || includes.matches(path))) {
      return Verdict.TAKE;
    }
    boolean descend =
        folder
            && !(excluded && excludes.matchesAllBelow(path))
            && (includes == null || includes.reachesBelow(path));
    return descend ? Verdict.DESCEND : Verdict.SKIP;
  }
}
