package dev.larder.engine.source;

import dev.larder.engine.dockerfile.DockerfileException;
import dev.larder.engine.dockerfile.PathPatterns;
import dev.larder.engine.dockerfile.Source;
import dev.larder.engine.dockerfile.Span;
import dev.larder.engine.dockerfile.Word;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Patterns asked about the files of a tree, folder by folder. Paths are relative to its top,
 * without a slash in front. May be asked from many threads.
 */
public final class PathFilter {
  /** Matches nothing. */
  static final PathFilter NONE = new PathFilter(PathPatterns.NONE, Optional.empty());

  private final PathPatterns patterns;
  private final Optional<Source> file;

  /** Verdicts on folders, which are asked for again with each of their files. */
  private final ConcurrentHashMap<String, PathPatterns.Verdict> folders = new ConcurrentHashMap<>();

  private PathFilter(PathPatterns patterns, Optional<Source> file) {
    this.patterns = patterns;
    this.file = file;
  }

  /**
   * A filter of patterns as {@code --exclude} has them.
   *
   * @throws IOException if one is no pattern
   */
  static PathFilter of(List<String> patterns) throws IOException {
    List<Word> words = new ArrayList<>();
    for (String pattern : patterns) {
      words.add(new Word(new Span(0, pattern.length()), pattern));
    }
    try {
      return patterns.isEmpty() ? NONE : new PathFilter(PathPatterns.of(words), Optional.empty());
    } catch (DockerfileException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  /**
   * A filter of an ignore file's lines.
   *
   * @throws IOException if one is no pattern; the message names it
   */
  static PathFilter ignoreFile(Source file) throws IOException {
    try {
      return new PathFilter(PathPatterns.ignoreFile(file), Optional.of(file));
    } catch (DockerfileException e) {
      throw new IOException(e.diagnostic().line(file), e);
    }
  }

  /** Whether the patterns match a file or a folder above it. */
  boolean matches(String path) {
    return !patterns.isEmpty() && verdict(path).excluded();
  }

  /** Whether all below a folder that is matched is matched too. */
  boolean matchesAllBelow(String folder) {
    return !patterns.isEmpty() && patterns.prunable(verdict(folder), folder);
  }

  /** Whether anything below a folder may match; true is always safe. */
  boolean reachesBelow(String folder) {
    return patterns.reachesBelow(folder) || matches(folder);
  }

  /** The line that matches, as messages quote it: {@code .dockerignore:3 "*.log"}. */
  Optional<String> reason(String path) {
    return patterns
        .excludedBy(path)
        .map(
            word ->
                file.map(f -> f.name() + ":" + f.position(word.span().start()).line() + " ")
                        .orElse("")
                    + '"'
                    + word.text()
                    + '"');
  }

  private PathPatterns.Verdict verdict(String path) {
    int slash = path.lastIndexOf('/');
    if (slash < 0) {
      return patterns.below(patterns.root(), path);
    }
    String folder = path.substring(0, slash);
    PathPatterns.Verdict above = folders.get(folder);
    if (above == null) {
      above = verdict(folder);
      folders.put(folder, above);
    }
    return patterns.below(above, path);
  }
}
