package dev.larder.engine.lockfile;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads TOML 1.0 as far as lock files and manifests have it: tables, arrays of tables, strings of
 * all four kinds, arrays, inline tables. Numbers, dates and booleans are given as they are written.
 */
final class Toml {
  private final String text;
  private int at;

  private Toml(String text) {
    this.text = text;
  }

  /**
   * A text as nested maps and lists.
   *
   * @throws IllegalArgumentException if it is not TOML
   */
  static Map<String, Object> parse(String text) {
    return new Toml(text).document();
  }

  /** The table of a path; empty if there is none. */
  static Map<String, Object> table(Map<String, Object> in, String... path) {
    Map<String, Object> table = in;
    for (String name : path) {
      table = table.get(name) instanceof Map<?, ?> below ? named(below) : Map.of();
    }
    return table;
  }

  @SuppressWarnings("unchecked") // tables are made here, and their keys are strings
  private static Map<String, Object> named(Map<?, ?> table) {
    return (Map<String, Object>) table;
  }

  /** What a dependency's value says of its version: a string, or a table with one. */
  static String version(@Nullable Object value) {
    if (value instanceof Map<?, ?> table) {
      for (String name : List.of("version", "strictly", "require", "git", "path", "url")) {
        if (table.get(name) != null) {
          return version(table.get(name));
        }
      }
      return "";
    }
    return value instanceof String text ? text : "";
  }

  private Map<String, Object> document() {
    Map<String, Object> top = new LinkedHashMap<>();
    Map<String, Object> current = top;
    for (skip(true); at < text.length(); skip(true)) {
      if (take("[[")) {
        List<String> path = path();
        expect("]]");
        current = element(top, path);
      } else if (take("[")) {
        List<String> path = path();
        expect("]");
        current = descend(top, path);
      } else {
        pair(current);
      }
      endOfLine();
    }
    return top;
  }

  private void pair(Map<String, Object> into) {
    List<String> path = path();
    expect("=");
    skip(false);
    Map<String, Object> table = descend(into, path.subList(0, path.size() - 1));
    table.put(path.getLast(), value());
  }

  private static Map<String, Object> descend(Map<String, Object> from, List<String> path) {
    Map<String, Object> table = from;
    for (String name : path) {
      Object below = table.computeIfAbsent(name, n -> new LinkedHashMap<String, Object>());
      if (below instanceof List<?> list && !list.isEmpty()) {
        below = list.getLast(); // the newest element of an array of tables
      }
      if (!(below instanceof Map<?, ?> map)) {
        throw new IllegalArgumentException(name + " is no table");
      }
      table = named(map);
    }
    return table;
  }

  private static Map<String, Object> element(Map<String, Object> top, List<String> path) {
    Map<String, Object> table = descend(top, path.subList(0, path.size() - 1));
    Object list = table.computeIfAbsent(path.getLast(), n -> new ArrayList<Object>());
    if (!(list instanceof List<?>)) {
      throw new IllegalArgumentException(path.getLast() + " is no array");
    }
    Map<String, Object> element = new LinkedHashMap<>();
    @SuppressWarnings("unchecked") // arrays are made here too
    List<Object> all = (List<Object>) list;
    all.add(element);
    return element;
  }

  private List<String> path() {
    List<String> path = new ArrayList<>();
    do {
      skip(false);
      path.add(key());
      skip(false);
    } while (take("."));
    return path;
  }

  private String key() {
    if (peek('"') || peek('\'')) {
      return string();
    }
    int start = at;
    while (at < text.length() && isBare(text.charAt(at))) {
      at++;
    }
    if (start == at) {
      throw malformed("a key");
    }
    return text.substring(start, at);
  }

  private static boolean isBare(char c) {
    return Character.isLetterOrDigit(c) || c == '-' || c == '_';
  }

  private Object value() {
    if (peek('"') || peek('\'')) {
      return string();
    }
    if (take("[")) {
      return array();
    }
    if (take("{")) {
      return inlineTable();
    }
    int start = at;
    while (at < text.length() && ",]}#\r\n".indexOf(text.charAt(at)) < 0) {
      at++;
    }
    String word = text.substring(start, at).strip();
    if (word.isEmpty()) {
      throw malformed("a value");
    }
    return word;
  }

  private List<Object> array() {
    List<Object> all = new ArrayList<>();
    for (skip(true); !take("]"); skip(true)) {
      all.add(value());
      skip(true);
      if (!take(",") && !peek(']')) {
        throw malformed("a comma or ]");
      }
    }
    return all;
  }

  private Map<String, Object> inlineTable() {
    Map<String, Object> table = new LinkedHashMap<>();
    for (skip(true); !take("}"); skip(true)) {
      pair(table);
      skip(true);
      if (!take(",") && !peek('}')) {
        throw malformed("a comma or }");
      }
    }
    return table;
  }

  private String string() {
    String quote = text.substring(at, at + 1);
    boolean escapes = quote.equals("\"");
    if (take(quote.repeat(3))) {
      take("\r");
      take("\n");
      return quoted(quote.repeat(3), escapes);
    }
    at++;
    return quoted(quote, escapes);
  }

  private String quoted(String end, boolean escapes) {
    StringBuilder value = new StringBuilder();
    while (!take(end)) {
      if (at >= text.length() || (end.length() == 1 && peek('\n'))) {
        throw malformed("the end of a string");
      }
      char c = text.charAt(at++);
      if (c == '\\' && escapes && at < text.length()) {
        escape(text.charAt(at++), value);
      } else {
        value.append(c);
      }
    }
    return value.toString();
  }

  private void escape(char c, StringBuilder value) {
    switch (c) {
      case 'n' -> value.append('\n');
      case 't' -> value.append('\t');
      case 'r' -> value.append('\r');
      case 'b' -> value.append('\b');
      case 'f' -> value.append('\f');
      case 'u', 'U' -> {
        int length = c == 'u' ? 4 : 8;
        value.appendCodePoint(Integer.parseInt(text.substring(at, at + length), 16));
        at += length;
      }
      case '\n', '\r', ' ', '\t' -> {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
          at++;
        }
      }
      default -> value.append(c);
    }
  }

  /** Blanks and comments, also line breaks where those may stand. */
  private void skip(boolean lines) {
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '#') {
        int end = text.indexOf('\n', at);
        at = end < 0 ? text.length() : end;
      } else if (c == ' ' || c == '\t' || (lines && (c == '\n' || c == '\r'))) {
        at++;
      } else {
        return;
      }
    }
  }

  private void endOfLine() {
    skip(false);
    if (at < text.length() && !peek('\n') && !peek('\r')) {
      throw malformed("the end of the line");
    }
  }

  private boolean peek(char c) {
    return at < text.length() && text.charAt(at) == c;
  }

  private boolean take(String word) {
    if (text.startsWith(word, at)) {
      at += word.length();
      return true;
    }
    return false;
  }

  private void expect(String word) {
    skip(false);
    if (!take(word)) {
      throw malformed(word);
    }
  }

  private IllegalArgumentException malformed(String expected) {
    return new IllegalArgumentException("expected " + expected + " at character " + at);
  }
}
