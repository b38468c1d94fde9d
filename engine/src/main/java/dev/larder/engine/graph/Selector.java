package dev.larder.engine.graph;

import dev.larder.engine.digest.Digest;
import dev.larder.engine.digest.Fingerprint;
import java.util.List;

/**
 * A part of a file system that an operation reads.
 *
 * @param picks its parts; empty is everything
 */
public record Selector(List<Pick> picks) {
  public Selector {
    picks = List.copyOf(picks);
  }

  /** Everything. */
  public static Selector all() {
    return new Selector(List.of(Pick.of("/")));
  }

  /** Tells selectors apart in the links of the cache. */
  public Digest digest() {
    Fingerprint print = Fingerprint.of("selector/1");
    for (Pick pick : picks) {
      print
          .add("path", pick.path())
          .add("wildcard", pick.wildcard())
          .add("contents", pick.contentsOnly())
          .add("follow", pick.followLink())
          .addAll("exclude", pick.excludes());
    }
    return print.digest();
  }

  /**
   * A file, or a folder with all below it.
   *
   * @param path from the root of the file system, with forward slashes
   * @param wildcard whether its parts are patterns ({@code *}, {@code ?}, {@code [a-z]})
   * @param contentsOnly whether a folder's own name and attributes are left out, as when its
   *     content is copied
   * @param followLink whether a symbolic link in the last part is followed
   * @param excludes patterns, relative to the path, of what is left out
   */
  public record Pick(
      String path,
      boolean wildcard,
      boolean contentsOnly,
      boolean followLink,
      List<String> excludes) {
    public Pick {
      excludes = List.copyOf(excludes);
    }

    /** One path as it is. */
    public static Pick of(String path) {
      return new Pick(path, false, false, true, List.of());
    }
  }
}
