package dev.larder.engine.compose;

import java.util.ArrayList;
import java.util.List;

/** Cuts a command line into words as a shell does, without running anything of it. */
final class ShellWords {
  private ShellWords() {}

  /** The words; quotes join, a backslash takes the next character as it is. */
  static List<String> split(String line, Place place) throws ComposeException {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    boolean inWord = false;
    char quote = 0;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      boolean escapes = c == '\\' && quote != '\'' && i + 1 < line.length();
      if (escapes && (quote == 0 || "\"\\$`".indexOf(line.charAt(i + 1)) >= 0)) {
        i++;
        word.append(line.charAt(i));
        inWord = true;
      } else if (quote != 0) {
        if (c == quote) {
          quote = 0;
        } else {
          word.append(c);
        }
      } else if (c == '\'' || c == '"') {
        quote = c;
        inWord = true;
      } else if (Character.isWhitespace(c)) {
        if (inWord) {
          words.add(word.toString());
          word.setLength(0);
        }
        inWord = false;
      } else {
        word.append(c);
        inWord = true;
      }
    }
    if (quote != 0) {
      throw ComposeException.at(place, quote + " without its end in \"" + line + "\"");
    }
    if (inWord) {
      words.add(word.toString());
    }
    return words;
  }
}
