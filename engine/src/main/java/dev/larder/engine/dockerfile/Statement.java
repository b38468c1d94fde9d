package dev.larder.engine.dockerfile;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A logical line parted into keyword, flags and arguments.
 *
 * @param line all of it
 * @param keyword as written, empty if the line is
 * @param flags what begins with {@code --} before the first other word
 * @param arguments the rest, trimmed
 * @param code from the keyword to the last character that is no white space
 */
record Statement(
    LogicalLine line, Word keyword, List<Text> flags, LogicalLine arguments, Span code) {
  /** A flag, and its value with the places of its characters. */
  record Text(Flag flag, @Nullable LogicalLine value) {}

  static Statement split(LogicalLine line, char escape) {
    LogicalLine trimmed = line.trimmed();
    String text = trimmed.text();
    int end = 0;
    while (end < text.length() && !Whitespace.isSeparator(text.charAt(end))) {
      end++;
    }
    Word keyword = trimmed.word(0, end);
    FlagWords words = new FlagWords(trimmed.slice(end, text.length()), escape);
    List<Text> flags = words.read();
    return new Statement(line, keyword, flags, words.rest().trimmed(), trimmed.span());
  }

  /** The keyword in lower case. */
  String name() {
    return keyword.text().toLowerCase(Locale.ROOT);
  }

  List<Flag> plainFlags() {
    return flags.stream().map(Text::flag).toList();
  }

  /** The words in front that begin with two dashes; {@code --} alone ends them. */
  private static final class FlagWords {
    private final LogicalLine line;
    private final String text;
    private final char escape;
    private int pos;

    FlagWords(LogicalLine line, char escape) {
      this.line = line;
      this.text = line.text();
      this.escape = escape;
    }

    LogicalLine rest() {
      return line.slice(pos, text.length());
    }

    List<Text> read() {
      List<Text> flags = new ArrayList<>();
      while (true) {
        pos = Whitespace.skip(text, pos, text.length());
        if (!text.startsWith("--", pos)) {
          return flags;
        }
        int from = pos;
        LogicalLine word = word();
        if (word.text().equals("--")) {
          return flags;
        }
        flags.add(flag(line.span(from, pos), word));
      }
    }

    private static Text flag(Span span, LogicalLine word) {
      int equals = word.text().indexOf('=');
      if (equals < 0) {
        return new Text(new Flag(span, word.text().substring(2), null), null);
      }
      LogicalLine value = word.slice(equals + 1, word.length());
      String name = word.text().substring(2, Math.max(2, equals));
      return new Text(new Flag(span, name, value.word()), value);
    }

    /** Reads one word; its quotes and escapes are taken out. */
    private LogicalLine word() {
      LogicalLine.Builder word = new LogicalLine.Builder();
      char quote = 0;
      while (pos < text.length()) {
        char c = text.charAt(pos);
        if (quote == 0 && Whitespace.isSpace(c)) {
          break;
        }
        if (c == escape) {
          if (pos + 1 < text.length()) {
            word.append(line, ++pos);
          }
        } else if (quote == 0 && (c == '\'' || c == '"')) {
          quote = c;
        } else if (c == quote) {
          quote = 0;
        } else {
          word.append(line, pos);
        }
        pos++;
      }
      return word.build(line.span(pos, pos).start());
    }
  }
}
