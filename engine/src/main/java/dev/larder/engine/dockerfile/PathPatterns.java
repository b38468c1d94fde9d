package dev.larder.engine.dockerfile;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/**
 * The patterns of an ignore file or of {@code --exclude}, in order; the last one that matches a
 * path or a folder above it decides, and one with {@code !} takes back. The semantics are those of
 * moby's {@code patternmatcher} as a walk through a tree applies it.
 *
 * <p>Paths are relative, slash-separated and without {@code .} parts.
 */
public final class PathPatterns {
  /** No patterns: nothing is excluded. */
  public static final PathPatterns NONE = new PathPatterns(List.of());

  private final List<Rule> rules;

  private PathPatterns(List<Rule> rules) {
    this.rules = rules;
  }

  /** One pattern, cleaned and without its {@code !}. */
  private record Rule(Word word, String pattern, boolean negated, Glob glob) {
    /** Whether it can match something below a folder without matching the folder. */
    boolean reachesBelow(String folder) {
      String inside = folder + "/";
      int wild = 0;
      while (wild < pattern.length() && "*?[\\".indexOf(pattern.charAt(wild)) < 0) {
        wild++;
      }
      String literal = pattern.substring(0, wild);
      if (!literal.startsWith(inside) && !inside.startsWith(literal)) {
        return false;
      }
      boolean anyDepth =
          pattern.contains("**") || pattern.indexOf('[') >= 0 || pattern.indexOf('\\') >= 0;
      return anyDepth || slashes(pattern) > slashes(folder);
    }

    private static long slashes(String path) {
      return path.chars().filter(c -> c == '/').count();
    }
  }

  /** What is known of a path, so that what lies below it need not be asked again. */
  public static final class Verdict {
    private final boolean excluded;
    private final int decidedBy;
    private final BitSet matched;

    private Verdict(boolean excluded, int decidedBy, BitSet matched) {
      this.excluded = excluded;
      this.decidedBy = decidedBy;
      this.matched = matched;
    }

    /** Whether the path is left out. */
    public boolean excluded() {
      return excluded;
    }
  }

  /**
   * Reads patterns as {@code --exclude} takes them.
   *
   * @throws DockerfileException if one is no pattern
   */
  public static PathPatterns of(List<Word> patterns) throws DockerfileException {
    List<Rule> rules = new ArrayList<>();
    for (Word word : patterns) {
      String text = Whitespace.trim(word.text());
      if (!text.isEmpty()) {
        rules.add(rule(word, GoPath.clean(text)));
      }
    }
    return new PathPatterns(List.copyOf(rules));
  }

  /**
   * Reads an ignore file: a pattern a line, comments begin with {@code #} in the first column, a
   * slash in front or at the end means nothing.
   *
   * @throws DockerfileException if a line is no pattern; its span is of this source
   */
  public static PathPatterns ignoreFile(Source source) throws DockerfileException {
    List<Rule> rules = new ArrayList<>();
    String text = source.text();
    int start = text.startsWith("\uFEFF") ? 1 : 0;
    while (start < text.length()) {
      int lineFeed = text.indexOf('\n', start);
      int end = lineFeed < 0 ? text.length() : lineFeed;
      int from = Whitespace.skip(text, start, end);
      int to = Whitespace.trimEnd(text, from, end);
      if (from < to && text.charAt(start) != '#') {
        Word word = new Word(new Span(from, to), text.substring(from, to));
        rules.add(rule(word, ignoreLine(word.text())));
      }
      start = end + 1;
    }
    return new PathPatterns(List.copyOf(rules));
  }

  /** A line with its path cleaned and relative, {@code !} in front of it kept. */
  private static String ignoreLine(String line) {
    boolean negated = line.startsWith("!");
    String path = negated ? Whitespace.trim(line.substring(1)) : line;
    if (!path.isEmpty()) {
      path = GoPath.clean(path);
      path = path.length() > 1 && path.startsWith("/") ? path.substring(1) : path;
    }
    return negated ? "!" + path : path;
  }

  private static Rule rule(Word word, String cleaned) throws DockerfileException {
    boolean negated = cleaned.startsWith("!");
    String pattern = negated ? cleaned.substring(1) : cleaned;
    if (pattern.isEmpty()) {
      throw new DockerfileException(
          Diagnostic.error(word.span(), "illegal exclusion pattern: \"!\""));
    }
    try {
      Glob.wildcard(pattern); // what Go refuses is refused, also where ** would hide it
      return new Rule(word, pattern, negated, Glob.ignore(pattern));
    } catch (Glob.Syntax e) {
      throw new DockerfileException(Diagnostic.error(word.span(), String.valueOf(e.getMessage())));
    }
  }

  /** Whether there are no patterns. */
  public boolean isEmpty() {
    return rules.isEmpty();
  }

  /** Whether some take back what others leave out. */
  public boolean hasExceptions() {
    return rules.stream().anyMatch(Rule::negated);
  }

  /** Whether one leaves out all that lies in the root. */
  public boolean leavesOutAll() {
    return rules.stream()
        .anyMatch(r -> !r.negated() && List.of("*", "**", "**/*").contains(r.pattern()));
  }

  /** Whether a path is left out, by itself or with a folder above it. */
  public boolean excludes(String path) {
    return verdict(path).excluded;
  }

  /** The pattern as written that leaves a path out, to be told to people. */
  public Optional<Word> excludedBy(String path) {
    Verdict verdict = verdict(path);
    return verdict.excluded ? Optional.of(rules.get(verdict.decidedBy).word()) : Optional.empty();
  }

  /** Where a walk begins: the root, which is never left out. */
  public Verdict root() {
    return new Verdict(false, -1, new BitSet());
  }

  /**
   * What is known of a path.
   *
   * @param parent the verdict on the folder it lies in
   */
  public Verdict below(Verdict parent, String path) {
    BitSet matched = new BitSet(rules.size());
    boolean excluded = false;
    int decidedBy = -1;
    for (int i = 0; i < rules.size(); i++) {
      Rule rule = rules.get(i);
      boolean matches = parent.matched.get(i);
      if (!matches) {
        // A pattern that could change nothing is not asked, and its match not remembered.
        if (rule.negated() != excluded) {
          continue;
        }
        matches = rule.glob().matches(path);
      }
      if (matches) {
        matched.set(i);
        excluded = !rule.negated();
        decidedBy = i;
      }
    }
    return new Verdict(excluded, decidedBy, matched);
  }

  /**
   * Whether a walk may leave a folder out with all that is in it: it is excluded, and no pattern
   * with {@code !} can match anything below it. False is always safe.
   */
  public boolean prunable(Verdict verdict, String folder) {
    return verdict.excluded && rules.stream().noneMatch(r -> r.negated() && r.reachesBelow(folder));
  }

  /** Whether a pattern may match something below a folder that it does not match itself. */
  public boolean reachesBelow(String folder) {
    return rules.stream().anyMatch(rule -> !rule.negated() && rule.reachesBelow(folder));
  }

  private Verdict verdict(String path) {
    Verdict verdict = root();
    if (path.isEmpty() || path.equals(".")) {
      return verdict;
    }
    for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
      verdict = below(verdict, path.substring(0, slash));
    }
    return below(verdict, path);
  }
}
