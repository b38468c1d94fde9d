package dev.larder.engine.compose;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * Files of variables, {@code .env} and those of {@code env_file}: lines of {@code NAME=value} with
 * comments, {@code export}, single quotes (as they are) and double quotes (with escapes); variables
 * in values are replaced but within single quotes.
 */
final class EnvFile {
  private final String name;
  private final String text;
  private final Map<String, String> known;
  private final SequencedMap<String, String> values = new LinkedHashMap<>();
  private int at;

  private EnvFile(String name, String text, Map<String, String> known) {
    this.name = name;
    this.text = text;
    this.known = new HashMap<>(known);
  }

  /**
   * Reads a file.
   *
   * @param known variables that values may use besides those of the file itself, and which win
   * @return nothing if there is no such file
   */
  static Optional<SequencedMap<String, String>> read(Path file, Map<String, String> known)
      throws IOException, ComposeException {
    String text;
    try {
      text = Files.readString(file);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new IOException("read " + file + ": " + e.getMessage(), e);
    }
    return Optional.of(parse(file.toString(), text, known));
  }

  /**
   * Reads a file of {@code format: raw}: what stands behind {@code =} is the value, as it is.
   *
   * @return nothing if there is no such file
   */
  static Optional<SequencedMap<String, String>> readRaw(Path file) throws IOException {
    SequencedMap<String, String> values = new LinkedHashMap<>();
    try {
      for (String line : Files.readAllLines(file)) {
        int equals = line.indexOf('=');
        if (equals > 0 && !line.startsWith("#")) {
          values.put(line.substring(0, equals).strip(), line.substring(equals + 1));
        }
      }
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
    return Optional.of(values);
  }

  static SequencedMap<String, String> parse(String name, String text, Map<String, String> known)
      throws ComposeException {
    EnvFile file = new EnvFile(name, text, known);
    file.lines();
    return file.values;
  }

  private void lines() throws ComposeException {
    while (at < text.length()) {
      int end = lineEnd();
      String line = text.substring(at, end).strip();
      if (line.isEmpty() || line.startsWith("#")) {
        at = end + 1;
      } else {
        variable(end);
      }
    }
  }

  private void variable(int end) throws ComposeException {
    int equals = text.indexOf('=', at);
    boolean assigns = equals >= 0 && equals < end;
    String key = text.substring(at, assigns ? equals : end).strip();
    if (key.startsWith("export ")) {
      key = key.substring("export ".length()).strip();
    }
    if (key.isEmpty() || key.chars().anyMatch(Character::isWhitespace)) {
      throw ComposeException.at(
          place(), "not a variable: \"" + text.substring(at, end).strip() + "\"");
    }
    if (!assigns) {
      String inherited = known.get(key);
      if (inherited != null) {
        values.put(key, inherited);
      }
      at = end + 1;
      return;
    }
    Place place = place();
    at = equals + 1;
    while (at < end && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
    values.put(key, at < end ? value(end, place) : "");
    at = lineEnd() + 1;
  }

  private String value(int end, Place place) throws ComposeException {
    char quote = text.charAt(at);
    if (quote == '\'') {
      int close = text.indexOf('\'', at + 1);
      if (close < 0) {
        throw ComposeException.at(place, "' without its end");
      }
      String value = text.substring(at + 1, close);
      at = close + 1;
      return value;
    }
    if (quote == '"') {
      return replaced(doubleQuoted(place), place);
    }
    String value = text.substring(at, end);
    int comment = value.indexOf(" #");
    at = end;
    return replaced((comment < 0 ? value : value.substring(0, comment)).strip(), place);
  }

  private String doubleQuoted(Place place) throws ComposeException {
    StringBuilder out = new StringBuilder();
    for (int i = at + 1; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"') {
        at = i + 1;
        return out.toString();
      }
      if (c == '\\' && i + 1 < text.length()) {
        i++;
        out.append(
            switch (text.charAt(i)) {
              case 'n' -> "\n";
              case 'r' -> "\r";
              case 't' -> "\t";
              case '"' -> "\"";
              case '\\' -> "\\";
              case '$' -> "$$";
              default -> "\\" + text.charAt(i);
            });
      } else {
        out.append(c);
      }
    }
    throw ComposeException.at(place, "\" without its end");
  }

  private String replaced(String value, Place place) throws ComposeException {
    return new Variables(
            name -> {
              String outer = known.get(name);
              return outer != null ? outer : values.get(name);
            })
        .replace(value, place);
  }

  private int lineEnd() {
    int end = text.indexOf('\n', at);
    return end < 0 ? text.length() : end;
  }

  private Place place() {
    int line = 1;
    int start = 0;
    for (int i = 0; i < at; i++) {
      if (text.charAt(i) == '\n') {
        line++;
        start = i + 1;
      }
    }
    return new Place(name, line, at - start + 1);
  }
}
