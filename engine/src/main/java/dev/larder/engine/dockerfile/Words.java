package dev.larder.engine.dockerfile;

import java.util.ArrayList;
import java.util.List;

/** The two ways in which arguments are parted into words. */
final class Words {
  private Words() {}

  /** At white space, whatever stands around it. */
  static List<Word> separated(LogicalLine line) {
    List<Word> words = new ArrayList<>();
    String text = line.text();
    int i = 0;
    while (i < text.length()) {
      int from = i;
      while (i < text.length() && !Whitespace.isSeparator(text.charAt(i))) {
        i++;
      }
      if (i > from) {
        words.add(line.word(from, i));
      }
      i++;
    }
    return words;
  }

  /** At white space outside of quotes; quotes and escapes stay in the words. */
  static List<Word> quoted(LogicalLine line, char escape) {
    List<Word> words = new ArrayList<>();
    String text = line.text();
    int from = -1;
    char quote = 0;
    int end = text.length();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (from < 0) {
        if (Whitespace.isSpace(c)) {
          continue;
        }
        from = i;
      } else if (quote == 0 && Whitespace.isSpace(c)) {
        words.add(line.word(from, i));
        from = -1;
        continue;
      }
      if (c == escape && quote != '\'') {
        if (i + 1 == text.length()) {
          end = i; // an escape with nothing behind it is dropped
        }
        i++;
      } else if (quote == 0 && (c == '\'' || c == '"')) {
        quote = c;
      } else if (c == quote) {
        quote = 0;
      }
    }
    if (from >= 0 && end > from) {
      words.add(line.word(from, end));
    }
    return words;
  }
}
