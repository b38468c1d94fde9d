package dev.larder.engine.dockerfile;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * A pattern for slash-separated paths. Matching keeps the set of places reached, so it takes at
 * most (pattern × path) steps, whatever the pattern is.
 */
final class Glob {
  private sealed interface Token {}

  private record Literal(char c) implements Token {}

  /** One of these characters, given as pairs of first and last; it may be a slash. */
  private record CharacterClass(boolean negated, List<int[]> ranges) implements Token {
    boolean has(int c) {
      boolean in = ranges.stream().anyMatch(r -> r[0] <= c && c <= r[1]);
      return in != negated;
    }
  }

  private enum Kind implements Token {
    /** One character but a slash. */
    ANY,
    /** Any number of characters but slashes. */
    STAR,
    /** Any number of whole folders, each with its slash. */
    FOLDERS,
    /** Anything. */
    ALL
  }

  /** What is no pattern. */
  static final class Syntax extends Exception {
    private static final long serialVersionUID = 1L;

    Syntax(String message) {
      super(message);
    }
  }

  private final String prefix;
  private final String suffix;
  private final List<Token> tokens;

  private Glob(List<Token> tokens) {
    this.prefix = literals(tokens);
    this.suffix = new StringBuilder(literals(tokens.reversed())).reverse().toString();
    this.tokens = tokens;
  }

  private static String literals(List<Token> tokens) {
    StringBuilder text = new StringBuilder();
    for (Token token : tokens) {
      if (!(token instanceof Literal(char c))) {
        break;
      }
      text.append(c);
    }
    return text.toString();
  }

  /** Reads a pattern of Go's {@code filepath.Match}: {@code * ? [a-z] [^a] \x}. */
  static Glob wildcard(String pattern) throws Syntax {
    return new Reader(pattern, false).read();
  }

  /** Reads a pattern of an ignore file: the same, and {@code **}. */
  static Glob ignore(String pattern) throws Syntax {
    return new Reader(pattern, true).read();
  }

  boolean matches(String path) {
    boolean possible =
        path.length() >= Math.max(prefix.length(), suffix.length())
            && path.startsWith(prefix)
            && path.endsWith(suffix);
    if (!possible || prefix.length() == tokens.size()) {
      return possible && path.length() == prefix.length();
    }
    BitSet places = new BitSet(path.length() + 1);
    places.set(prefix.length());
    for (Token token : tokens.subList(prefix.length(), tokens.size())) {
      places = after(token, places, path);
      if (places.isEmpty()) {
        return false;
      }
    }
    return places.get(path.length());
  }

  private static BitSet after(Token token, BitSet places, String path) {
    int end = path.length();
    BitSet next = new BitSet(end + 1);
    for (int i = places.nextSetBit(0); i >= 0; i = places.nextSetBit(i + 1)) {
      int c = i < end ? path.codePointAt(i) : -1;
      switch (token) {
        case Literal(char literal) -> next.set(i + 1, c >= 0 && path.charAt(i) == literal);
        case CharacterClass characters -> {
          if (c >= 0 && characters.has(c)) {
            next.set(i + Character.charCount(c));
          }
        }
        case Kind.ANY -> {
          if (c >= 0 && c != '/') {
            next.set(i + Character.charCount(c));
          }
        }
        case Kind.STAR -> {
          int slash = path.indexOf('/', i);
          next.set(i, (slash < 0 ? end : slash) + 1);
        }
        case Kind.FOLDERS -> {
          next.set(i);
          for (int slash = path.indexOf('/', i); slash >= 0; slash = path.indexOf('/', slash + 1)) {
            next.set(slash + 1);
          }
          // What is reached from the first place is all that is reached from later ones.
          places.stream().forEach(next::set);
          return next;
        }
        case Kind.ALL -> {
          next.set(i, end + 1);
          return next;
        }
      }
    }
    return next;
  }

  private static final class Reader {
    private final String pattern;
    private final boolean deep;
    private final List<Token> tokens = new ArrayList<>();
    private int pos;

    Reader(String pattern, boolean deep) {
      this.pattern = pattern;
      this.deep = deep;
    }

    Glob read() throws Syntax {
      if (deep && pattern.startsWith("**") && isPlain(pattern.substring(2))) {
        // The reference compares the end only, so "**foo" matches "barfoo" too.
        String end = pattern.substring(2);
        tokens.add(end.startsWith("/") ? Kind.FOLDERS : Kind.ALL);
        end.substring(end.startsWith("/") ? 1 : 0)
            .chars()
            .forEach(c -> tokens.add(new Literal((char) c)));
        return new Glob(tokens);
      }
      while (pos < pattern.length()) {
        char c = pattern.charAt(pos++);
        switch (c) {
          case '*' -> star();
          case '?' -> tokens.add(Kind.ANY);
          case '[' -> tokens.add(characters());
          case '\\' -> tokens.add(new Literal(escaped()));
          default -> tokens.add(new Literal(c));
        }
      }
      return new Glob(tokens);
    }

    private static boolean isPlain(String text) {
      return text.chars().noneMatch(c -> "*?[]\\".indexOf(c) >= 0);
    }

    private void star() {
      if (!deep || !take('*')) {
        tokens.add(Kind.STAR);
        return;
      }
      take('/');
      tokens.add(pos == pattern.length() ? Kind.ALL : Kind.FOLDERS);
    }

    private CharacterClass characters() throws Syntax {
      boolean negated = take('^');
      List<int[]> ranges = new ArrayList<>();
      while (ranges.isEmpty() || !take(']')) {
        int first = bound();
        int last = take('-') ? bound() : first;
        ranges.add(new int[] {first, last});
      }
      return new CharacterClass(negated, ranges);
    }

    private int bound() throws Syntax {
      if (pos == pattern.length() || pattern.charAt(pos) == '-' || pattern.charAt(pos) == ']') {
        throw broken();
      }
      if (take('\\') && pos == pattern.length()) {
        throw broken();
      }
      int c = pattern.codePointAt(pos);
      pos += Character.charCount(c);
      return c;
    }

    private char escaped() throws Syntax {
      if (pos == pattern.length()) {
        throw broken();
      }
      return pattern.charAt(pos++);
    }

    private boolean take(char c) {
      if (pos < pattern.length() && pattern.charAt(pos) == c) {
        pos++;
        return true;
      }
      return false;
    }

    private Syntax broken() {
      return new Syntax("syntax error in pattern " + Quoted.of(pattern));
    }
  }
}
