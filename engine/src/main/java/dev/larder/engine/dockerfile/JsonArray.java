package dev.larder.engine.dockerfile;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether arguments are a JSON array (RFC 8259) and reads its strings. What is no valid JSON
 * is an ordinary text; a valid array with something else than strings is an error, as in BuildKit.
 */
final class JsonArray {
  private final LogicalLine line;
  private final String text;
  private int pos;

  private JsonArray(LogicalLine line) {
    this.line = line;
    this.text = line.text();
  }

  /**
   * An array.
   *
   * @param stringsOnly false if there are other elements, which {@code words} then lacks
   */
  record Elements(List<Word> words, boolean stringsOnly) {}

  /** Its elements; null if the line is not a JSON array. */
  static @Nullable Elements read(LogicalLine line) {
    return new JsonArray(line).array();
  }

  private @Nullable Elements array() {
    pos = Whitespace.skip(text, 0, text.length());
    if (!take('[')) {
      return null;
    }
    List<Word> words = new ArrayList<>();
    boolean strings = true;
    space();
    boolean more = !take(']');
    while (more) {
      space();
      int from = pos;
      if (peek() == '"') {
        String value = string();
        if (value == null) {
          return null;
        }
        words.add(new Word(line.span(from, pos), value));
      } else if (value()) {
        strings = false;
      } else {
        return null;
      }
      space();
      more = take(',');
      if (!more && !take(']')) {
        return null;
      }
    }
    space();
    return pos == text.length() ? new Elements(words, strings) : null;
  }

  /** Skips any value, however deep. */
  private boolean value() {
    StringBuilder open = new StringBuilder();
    do {
      space();
      if (take('[')) {
        space();
        if (!take(']')) {
          open.append(']');
          continue;
        }
      } else if (take('{')) {
        space();
        if (!take('}')) {
          open.append('}');
          if (!key()) {
            return false;
          }
          continue;
        }
      } else if (!scalar()) {
        return false;
      }
      if (!afterValue(open)) {
        return false;
      }
    } while (!open.isEmpty());
    return true;
  }

  /** Closes what ends here, up to the place where another value must follow. */
  private boolean afterValue(StringBuilder open) {
    while (!open.isEmpty()) {
      char closer = open.charAt(open.length() - 1);
      space();
      if (take(closer)) {
        open.setLength(open.length() - 1);
      } else {
        return take(',') && (closer == ']' || key());
      }
    }
    return true;
  }

  private boolean key() {
    space();
    if (peek() != '"' || string() == null) {
      return false;
    }
    space();
    return take(':');
  }

  private boolean scalar() {
    for (String literal : List.of("true", "false", "null")) {
      if (text.startsWith(literal, pos)) {
        pos += literal.length();
        return true;
      }
    }
    return peek() == '"' ? string() != null : number();
  }

  private boolean number() {
    take('-');
    if (!take('0') && digits() == 0) {
      return false;
    }
    if (take('.') && digits() == 0) {
      return false;
    }
    if (take('e') || take('E')) {
      if (!take('+')) {
        take('-');
      }
      return digits() > 0;
    }
    return true;
  }

  private int digits() {
    int from = pos;
    while (peek() >= '0' && peek() <= '9') {
      pos++;
    }
    return pos - from;
  }

  /** Reads a string; null if it is none. */
  private @Nullable String string() {
    StringBuilder out = new StringBuilder();
    pos++;
    while (pos < text.length()) {
      char c = text.charAt(pos++);
      if (c == '"') {
        return loneSurrogatesReplaced(out);
      }
      if (c < ' ' || (c == '\\' && !escaped(out))) {
        return null;
      }
      if (c != '\\') {
        out.append(c);
      }
    }
    return null;
  }

  private boolean escaped(StringBuilder out) {
    if (pos == text.length()) {
      return false;
    }
    char c = text.charAt(pos++);
    int at = "\"\\/bfnrt".indexOf(c);
    if (at >= 0) {
      out.append("\"\\/\b\f\n\r\t".charAt(at));
      return true;
    }
    if (c != 'u' || pos + 4 > text.length()) {
      return false;
    }
    int unit = 0;
    for (int i = 0; i < 4; i++) {
      char digit = text.charAt(pos++);
      if (!HexFormat.isHexDigit(digit)) {
        return false;
      }
      unit = unit * 16 + HexFormat.fromHexDigit(digit);
    }
    out.append((char) unit);
    return true;
  }

  private static String loneSurrogatesReplaced(StringBuilder text) {
    StringBuilder out = new StringBuilder(text.length());
    text.codePoints().forEach(c -> out.appendCodePoint(c >= 0xD800 && c <= 0xDFFF ? 0xFFFD : c));
    return out.toString();
  }

  private void space() {
    while (pos < text.length() && " \t\r\n".indexOf(text.charAt(pos)) >= 0) {
      pos++;
    }
  }

  private boolean take(char c) {
    if (peek() == c) {
      pos++;
      return true;
    }
    return false;
  }

  private int peek() {
    return pos < text.length() ? text.charAt(pos) : -1;
  }
}
