package dev.larder.engine.dockerfile;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds the words of a line that name a document below it. */
final class Heredocs {
  private static final Variables NONE = name -> null;
  private static final ShellLexer.Mode LINE = new ShellLexer.Mode('\\', true, true, false, true);
  private static final ShellLexer.Mode BARE = new ShellLexer.Mode('\\', false, false, false, true);
  private static final ShellLexer.Mode QUOTED = new ShellLexer.Mode('\\', true, false, false, true);

  private Heredocs() {}

  /** What a word such as {@code 3<<-'EOF'} says. */
  record Delimiter(String name, int descriptor, boolean expand, boolean chomp) {}

  /** A delimiter and where it is written. */
  record Announced(Word word, Delimiter delimiter) {}

  /** All that a line announces, in order. A line whose quotes are not closed announces nothing. */
  static List<Announced> announced(LogicalLine line) {
    if (!line.text().contains("<<")) {
      return List.of();
    }
    List<Announced> found = new ArrayList<>();
    try {
      for (ShellLexer.Piece piece : new ShellLexer(line.text(), LINE, NONE).pieces()) {
        Delimiter delimiter = named(piece.text());
        if (delimiter != null) {
          found.add(new Announced(line.word(piece.from(), piece.to()), delimiter));
        }
      }
    } catch (ShellLexer.Syntax e) {
      return List.of(); // as the reference does: the line is then taken as it stands
    }
    return found;
  }

  /** Reads one word; null if it names no document. */
  static @Nullable Delimiter named(String word) {
    int i = 0;
    while (i < word.length() && word.charAt(i) >= '0' && word.charAt(i) <= '9') {
      i++;
    }
    if (!word.startsWith("<<", i)) {
      return null;
    }
    int descriptor = i == 0 || i > 9 ? 0 : Integer.parseInt(word.substring(0, i));
    i += 2;
    boolean chomp = word.startsWith("-", i);
    i += chomp ? 1 : 0;
    while (i < word.length() && Whitespace.isSeparator(word.charAt(i))) {
      i++;
    }
    String rest = word.substring(i);
    if (rest.isEmpty() || rest.indexOf('<') >= 0) {
      return null;
    }
    try {
      List<ShellLexer.Piece> bare = new ShellLexer(rest, BARE, NONE).pieces();
      List<ShellLexer.Piece> quoted = new ShellLexer(rest, QUOTED, NONE).pieces();
      if (bare.size() != 1 || quoted.size() != 1) {
        return null;
      }
      String name = bare.getFirst().text();
      boolean expand = quotes(name) == quotes(quoted.getFirst().text());
      return new Delimiter(name, descriptor, expand, chomp);
    } catch (ShellLexer.Syntax e) {
      return null;
    }
  }

  /** A line and its documents below it, as a shell that knows them reads it. */
  static String below(String line, List<Heredoc> heredocs) {
    StringBuilder out = new StringBuilder(line);
    for (Heredoc heredoc : heredocs) {
      out.append('\n').append(heredoc.content()).append(heredoc.name());
    }
    return out.toString();
  }

  private static long quotes(String text) {
    return text.chars().filter(c -> c == '\'' || c == '"').count();
  }
}
