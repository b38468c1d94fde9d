package dev.larder.engine.dockerfile;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads one text as a shell would read a word: quotes, escapes and variables. */
final class ShellLexer {
  /** Deeper substitutions are refused before the stack is. */
  private static final int DEPTH = 200;

  private static final int END = -1;

  /**
   * What to keep.
   *
   * @param rawQuotes quotes stay in the result
   * @param rawEscapes so do escape characters
   * @param plainQuotes quotes mean nothing
   * @param keepUnset variables that are not set stay as they were written
   */
  record Mode(
      char escape, boolean rawQuotes, boolean rawEscapes, boolean plainQuotes, boolean keepUnset) {}

  /** A word of the text, and where in it. */
  record Piece(String text, int from, int to) {}

  /** What can't be read. */
  static final class Syntax extends Exception {
    private static final long serialVersionUID = 1L;

    Syntax(String message) {
      super(message);
    }
  }

  private final String text;
  private final Mode mode;
  private final Variables variables;
  private final Set<String> used = new LinkedHashSet<>();
  private final Set<String> undefined = new LinkedHashSet<>();
  private boolean rawEscapes;
  private int pos;
  private int depth;

  ShellLexer(String text, Mode mode, Variables variables) {
    this.text = text;
    this.mode = mode;
    this.variables = variables;
    this.rawEscapes = mode.rawEscapes();
  }

  Expansion expand() throws Syntax {
    Pieces pieces = new Pieces();
    String result = until(END, rawEscapes, pieces);
    return new Expansion(
        result, pieces.finish().stream().map(Piece::text).toList(), used, undefined);
  }

  List<Piece> pieces() throws Syntax {
    Pieces pieces = new Pieces();
    until(END, rawEscapes, pieces);
    return pieces.finish();
  }

  /** Parts at white space that is not quoted. */
  private final class Pieces {
    private final List<Piece> done = new ArrayList<>();
    private final StringBuilder current = new StringBuilder();
    private int from;
    private int to;

    void split(String value, int at) {
      for (int i = 0; i < value.length(); i++) {
        char c = value.charAt(i);
        if (!Whitespace.isSpace(c)) {
          raw(String.valueOf(c), at);
        } else {
          end();
        }
      }
    }

    void raw(String value, int at) {
      if (current.isEmpty()) {
        from = at;
      }
      current.append(value);
      to = pos;
    }

    private void end() {
      if (!current.isEmpty()) {
        done.add(new Piece(current.toString(), from, to));
        current.setLength(0);
      }
    }

    List<Piece> finish() {
      end();
      return done;
    }
  }

  private String until(int stop, boolean raw, @Nullable Pieces pieces) throws Syntax {
    if (++depth > DEPTH) {
      throw new Syntax("substitutions are nested too deeply");
    }
    boolean before = rawEscapes;
    rawEscapes = raw;
    try {
      StringBuilder result = new StringBuilder();
      while (pos < text.length()) {
        if (peek() == stop) {
          pos++;
          return result.toString();
        }
        step(result, pieces);
      }
      if (stop != END) {
        throw new Syntax("unexpected end of statement while looking for matching " + (char) stop);
      }
      return result.toString();
    } finally {
      rawEscapes = before;
      depth--;
    }
  }

  private void step(StringBuilder result, @Nullable Pieces pieces) throws Syntax {
    int at = pos;
    char c = text.charAt(pos);
    boolean quote = (c == '\'' || c == '"') && !mode.plainQuotes();
    if (c == '$' || c == '<' || quote) {
      String value =
          switch (c) {
            case '$' -> dollar();
            case '<' -> heredoc();
            case '\'' -> singleQuoted();
            default -> doubleQuoted();
          };
      result.append(value);
      if (pieces != null && c == '$') {
        pieces.split(value, at);
      } else if (pieces != null) {
        pieces.raw(value, at);
      }
      return;
    }
    pos++;
    if (c == mode.escape()) {
      String escaped = (rawEscapes ? String.valueOf(c) : "") + (pos < text.length() ? next() : "");
      result.append(escaped);
      if (pieces != null && !escaped.isEmpty()) {
        pieces.raw(escaped, at);
      }
    } else {
      result.append(c);
      if (pieces != null) {
        pieces.split(String.valueOf(c), at);
      }
    }
  }

  private String singleQuoted() throws Syntax {
    int close = text.indexOf('\'', pos + 1);
    if (close < 0) {
      pos = text.length();
      throw new Syntax("unexpected end of statement while looking for matching single-quote");
    }
    int open = pos;
    pos = close + 1;
    return mode.rawQuotes() ? text.substring(open, pos) : text.substring(open + 1, close);
  }

  private String doubleQuoted() throws Syntax {
    StringBuilder result = new StringBuilder();
    pos++;
    if (mode.rawQuotes()) {
      result.append('"');
    }
    while (true) {
      switch (peek()) {
        case END ->
            throw new Syntax("unexpected end of statement while looking for matching double-quote");
        case '"' -> {
          pos++;
          return result.append(mode.rawQuotes() ? "\"" : "").toString();
        }
        case '$' -> result.append(dollar());
        default -> {
          char c = text.charAt(pos++);
          if (c == mode.escape()) {
            if (rawEscapes) {
              result.append(c);
            }
            int then = peek();
            if (then == END) {
              continue;
            }
            if (then == '"' || then == '$' || then == mode.escape()) {
              c = text.charAt(pos++);
            }
          }
          result.append(c);
        }
      }
    }
  }

  /** {@code <<} keeps the white space behind it, so that its delimiter is of the same word. */
  private String heredoc() {
    int from = pos++;
    if (peek() != '<') {
      return "<";
    }
    pos++;
    while (peek() == ' ' || peek() == '\t' || peek() == '\r') {
      pos++;
    }
    return text.substring(from, pos);
  }

  private String dollar() throws Syntax {
    int from = pos++;
    if (peek() != '{') {
      String name = name();
      if (name.isEmpty()) {
        return "$";
      }
      String value = lookUp(name);
      return value == null && mode.keepUnset() ? text.substring(from, pos) : orEmpty(value);
    }
    pos++;
    switch (peek()) {
      case END -> throw new Syntax("syntax error: missing '}'");
      case '{', '}', ':' -> throw new Syntax("syntax error: bad substitution");
      default -> {}
    }
    String name = name();
    int modifier = peek();
    pos += modifier == END ? 0 : Character.charCount(modifier);
    return switch (modifier) {
      case END -> throw new Syntax("syntax error: missing '}'");
      case '}' -> {
        String value = lookUp(name);
        yield value == null && mode.keepUnset() ? "${" + name + "}" : orEmpty(value);
      }
      case ':' -> {
        int second = peek();
        pos += second == END ? 0 : 1;
        yield modified(name, second, true);
      }
      case '+', '-', '?', '#', '%' -> modified(name, modifier, false);
      case '/' -> replaced(name);
      default -> throw unsupported(shown(modifier));
    };
  }

  private String modified(String name, int modifier, boolean emptyIsUnset) throws Syntax {
    boolean pattern = modifier == '#' || modifier == '%';
    String shown = (emptyIsUnset ? ":" : "") + shown(modifier);
    if (emptyIsUnset && pattern) {
      throw unsupported(shown);
    }
    String word = argument('}', pattern, "syntax error: missing '}'");
    String value = lookUp(name);
    if (value == null && mode.keepUnset()) {
      return "${" + name + shown + word + "}";
    }
    boolean missing = value == null || (emptyIsUnset && value.isEmpty());
    return switch (modifier) {
      case '-' -> missing ? word : orEmpty(value);
      case '+' -> missing ? "" : word;
      case '?' -> {
        if (missing) {
          String reason = "is not allowed to be " + (value == null ? "unset" : "empty");
          throw new Syntax(name + ": " + (word.isEmpty() ? reason : word));
        }
        yield orEmpty(value);
      }
      case '#', '%' -> {
        boolean longest = !word.isEmpty() && word.charAt(0) == modifier;
        ShellPattern trimmed = ShellPattern.parse(longest ? word.substring(1) : word);
        String from = orEmpty(value);
        yield modifier == '#'
            ? trimmed.withoutPrefix(from, longest)
            : trimmed.withoutSuffix(from, longest);
      }
      default -> throw unsupported(shown);
    };
  }

  private String replaced(String name) throws Syntax {
    boolean all = peek() == '/';
    if (all) {
      pos++;
    }
    String pattern = argument('/', true, "syntax error: missing '/' in ${}");
    String replacement = argument('}', true, "syntax error: missing '}'");
    String value = lookUp(name);
    if (value == null && mode.keepUnset()) {
      return "${" + name + "/" + pattern + "/" + replacement + "}";
    }
    return ShellPattern.parse(pattern).replace(orEmpty(value), replacement, all);
  }

  private String argument(char stop, boolean raw, String missing) throws Syntax {
    try {
      return until(stop, raw, null);
    } catch (Syntax e) {
      throw pos >= text.length() ? new Syntax(missing) : e;
    }
  }

  private String name() {
    int from = pos;
    int first = peek();
    if (first != END && Character.isDigit(first)) {
      while (peek() != END && Character.isDigit(peek())) {
        pos += Character.charCount(peek());
      }
    } else if (first != END && "@*#?-$!".indexOf(first) >= 0) {
      pos++;
    } else {
      while (peek() != END && (Character.isLetterOrDigit(peek()) || peek() == '_')) {
        pos += Character.charCount(peek());
      }
    }
    return text.substring(from, pos);
  }

  private @Nullable String lookUp(String name) {
    String value = variables.value(name);
    (value == null ? undefined : used).add(name);
    return value;
  }

  private int peek() {
    return pos < text.length() ? text.codePointAt(pos) : END;
  }

  private char next() {
    return text.charAt(pos++);
  }

  private static String shown(int modifier) {
    return modifier == END ? "\uFFFD" : Character.toString(modifier);
  }

  private static String orEmpty(@Nullable String value) {
    return value == null ? "" : value;
  }

  private static Syntax unsupported(String modifier) {
    return new Syntax("unsupported modifier (" + modifier + ") in substitution");
  }
}
