package dev.larder.engine.dockerfile;

import java.util.BitSet;

/**
 * A pattern of a substitution: {@code *} is any characters and {@code ?} one, none of them a line
 * feed; there are no bracket expressions. Matching keeps the set of places reached, so no pattern
 * takes more than (pattern × text) steps from one start.
 */
final class ShellPattern {
  private static final int STAR = -1;
  private static final int ANY = -2;

  private final int[] tokens;

  private ShellPattern(int[] tokens) {
    this.tokens = tokens;
  }

  static ShellPattern parse(String pattern) throws ShellLexer.Syntax {
    int[] tokens = new int[pattern.length()];
    int n = 0;
    for (int i = 0; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      if (c == '\\') {
        i++;
        char escaped = i < pattern.length() ? pattern.charAt(i) : '\uFFFD';
        if ("}/*?\\".indexOf(escaped) < 0) {
          throw new ShellLexer.Syntax(
              "invalid pattern ("
                  + pattern
                  + ") in substitution: invalid escape '\\"
                  + escaped
                  + "'");
        }
        tokens[n++] = escaped;
      } else {
        tokens[n++] = c == '*' ? STAR : c == '?' ? ANY : c;
      }
    }
    return new ShellPattern(java.util.Arrays.copyOf(tokens, n));
  }

  /** The text without its shortest or longest beginning that matches. */
  String withoutPrefix(String text, boolean longest) {
    BitSet ends = ends(text, 0);
    int end = longest ? ends.length() - 1 : ends.nextSetBit(0);
    return end < 0 ? text : text.substring(end);
  }

  /** The text without its shortest or longest end that matches. */
  String withoutSuffix(String text, boolean longest) {
    int[] backwards = new int[tokens.length];
    for (int i = 0; i < tokens.length; i++) {
      backwards[i] = tokens[tokens.length - 1 - i];
    }
    StringBuilder reversed = new StringBuilder();
    for (int i = text.length() - 1; i >= 0; i--) {
      reversed.append(text.charAt(i));
    }
    BitSet ends = new ShellPattern(backwards).ends(reversed, 0);
    int end = longest ? ends.length() - 1 : ends.nextSetBit(0);
    return end < 0 ? text : text.substring(0, text.length() - end);
  }

  /**
   * The text with the first match, or all of them, replaced; a match is as long as it can be. As in
   * BuildKit, {@code $} in the replacement of all of them names groups as in Go's {@code regexp},
   * and there are none but {@code $0}.
   */
  String replace(String text, String replacement, boolean all) {
    StringBuilder out = new StringBuilder();
    int done = 0;
    int last = -1;
    for (int start = 0; start <= text.length(); ) {
      int end = ends(text, start).length() - 1;
      if (end < 0 || (end == start && start == last)) {
        start++;
        continue;
      }
      out.append(text, done, start);
      out.append(all ? template(replacement, text.substring(start, end)) : replacement);
      done = end;
      if (!all) {
        break;
      }
      last = end;
      start = end > start ? end : end + 1;
    }
    return out.append(text, done, text.length()).toString();
  }

  private static String template(String replacement, String match) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < replacement.length(); i++) {
      char c = replacement.charAt(i);
      boolean brace = replacement.startsWith("{", i + 1);
      int from = i + (brace ? 2 : 1);
      int to = from;
      while (to < replacement.length() && isNameChar(replacement.charAt(to))) {
        to++;
      }
      if (c == '$' && replacement.startsWith("$", i + 1)) {
        out.append('$');
        i++;
      } else if (c == '$' && to > from && (!brace || replacement.startsWith("}", to))) {
        out.append(replacement.substring(from, to).equals("0") ? match : "");
        i = brace ? to : to - 1;
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }

  private static boolean isNameChar(char c) {
    return c == '_' || Character.isLetterOrDigit(c);
  }

  /** Where a match that begins at {@code start} can end. */
  private BitSet ends(CharSequence text, int start) {
    BitSet places = new BitSet();
    places.set(start);
    for (int token : tokens) {
      BitSet next = new BitSet();
      for (int i = places.nextSetBit(0); i >= 0; i = places.nextSetBit(i + 1)) {
        if (token == STAR) {
          int to = i;
          while (to < text.length() && text.charAt(to) != '\n') {
            to++;
          }
          next.set(i, to + 1);
          i = to; // what lies between has been reached already
        } else if (i < text.length()
            && (token == ANY ? text.charAt(i) != '\n' : text.charAt(i) == token)) {
          next.set(i + 1);
        }
      }
      places = next;
    }
    return places;
  }
}
