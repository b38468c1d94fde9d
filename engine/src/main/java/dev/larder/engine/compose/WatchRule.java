package dev.larder.engine.compose;

import dev.larder.engine.dockerfile.PathPatterns;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What is done when files change: {@code develop.watch} of a service.
 *
 * @param action what is done
 * @param path the folder or file that is watched: absolute
 * @param target where the container has it; only with actions that sync
 * @param ignore what is left out, relative to {@code path}, as in an ignore file
 * @param include what alone counts, relative to {@code path}; none is all
 * @param exec what is run in the container after a sync; only with {@link Action#SYNC_EXEC}
 */
public record WatchRule(
    Action action,
    Path path,
    Optional<String> target,
    PathPatterns ignore,
    PathPatterns include,
    List<String> exec) {
  /** What can be done. */
  public enum Action {
    /** Build the image and replace the container. */
    REBUILD("rebuild"),
    /** Put the files into the container. */
    SYNC("sync"),
    RESTART("restart"),
    SYNC_RESTART("sync+restart"),
    SYNC_EXEC("sync+exec");

    private final String word;

    Action(String word) {
      this.word = word;
    }

    @Override
    public String toString() {
      return word;
    }

    boolean syncs() {
      return switch (this) {
        case SYNC, SYNC_RESTART, SYNC_EXEC -> true;
        case REBUILD, RESTART -> false;
      };
    }
  }

  /** Whether a changed file is the rule's business. */
  boolean isAbout(Path file) {
    if (!file.startsWith(path)) {
      return false;
    }
    String relative = path.relativize(file).toString();
    return relative.isEmpty()
        || (!ignore.excludes(relative) && (include.isEmpty() || include.excludes(relative)));
  }

  /** Whether a folder may hold files that are the rule's business. */
  boolean mayHold(Path folder) {
    if (path.startsWith(folder)) {
      return true;
    }
    return folder.startsWith(path)
        && (ignore.hasExceptions() || !ignore.excludes(path.relativize(folder).toString()));
  }

  /** Where the container has a file of the rule. */
  String inContainer(Path file) {
    String relative = path.relativize(file).toString();
    String base = target.orElseThrow();
    return relative.isEmpty() ? base : base + (base.endsWith("/") ? "" : "/") + relative;
  }
}
