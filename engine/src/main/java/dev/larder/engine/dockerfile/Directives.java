package dev.larder.engine.dockerfile;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads parser directives: comments of the form {@code # name=value} at the very top. The first
 * line that is none, an empty one or an ordinary comment included, ends them. A line {@code #!…} in
 * front hides {@code escape}, not the others.
 */
final class Directives {
  private static final Set<String> NAMES = Set.of("syntax", "escape", "check");

  private final String text;
  private final Findings findings;
  private final Set<String> seen = new HashSet<>();
  private boolean first = true;
  private boolean done;
  private boolean shebang;
  private char escape = '\\';
  private @Nullable Diagnostic foreign;

  Directives(String text, Findings findings) {
    this.text = text;
    this.findings = findings;
  }

  char escape() {
    return escape;
  }

  /** What to say of a file for another frontend, which need not be a Dockerfile at all. */
  @Nullable Diagnostic foreign() {
    return foreign;
  }

  /** Nothing after this is a directive. */
  void end() {
    done = true;
  }

  /** Reads a line of comment: null if it is an ordinary one. */
  Node.@Nullable Directive read(Span line, int hash, int end) {
    boolean atTop = first;
    first = false;
    if (done) {
      return null;
    }
    if (atTop && hash == line.start() && text.startsWith("#!", hash)) {
      shebang = true;
      return null;
    }
    int nameStart = Whitespace.skip(text, hash + 1, end);
    int nameEnd = nameStart;
    while (nameEnd < end && isNameChar(text.charAt(nameEnd), nameEnd > nameStart)) {
      nameEnd++;
    }
    int equals = Whitespace.skip(text, nameEnd, end);
    String name = text.substring(nameStart, nameEnd).toLowerCase(Locale.ROOT);
    if (equals == end || text.charAt(equals) != '=' || !NAMES.contains(name)) {
      done = true;
      return null;
    }
    int from = Whitespace.skip(text, equals + 1, end);
    int to = Whitespace.trimEnd(text, from, end);
    if (from == to || (shebang && name.equals("escape"))) {
      done = true;
      return null;
    }
    Word value = new Word(new Span(from, to), text.substring(from, to));
    if (!seen.add(name)) {
      findings.error(
          new Span(nameStart, nameEnd), "only one " + name + " parser directive can be used");
    } else {
      switch (name) {
        case "escape" -> escape(value);
        case "syntax" -> syntax(value);
        default -> {} // the package check reads it
      }
    }
    return new Node.Directive(line, name, value);
  }

  private void syntax(Word value) {
    String image = value.text().split(" ", 2)[0];
    if (!Frontend.isBuiltIn(image)) {
      int start = value.span().start();
      foreign = Frontend.refusal(new Span(start, start + image.length()), image);
    }
  }

  private void escape(Word value) {
    if (value.text().equals("`") || value.text().equals("\\")) {
      escape = value.text().charAt(0);
    } else {
      findings.error(
          value.span(), "invalid escape token '" + value.text() + "' does not match ` or \\");
    }
  }

  private static boolean isNameChar(char c, boolean digits) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (digits && c >= '0' && c <= '9');
  }
}
