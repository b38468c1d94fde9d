package dev.larder.engine.inventory;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Paragraphs of {@code Name: value} lines; lines that go on are left out. */
final class Stanzas {
  private Stanzas() {}

  static List<Map<String, String>> of(String text) {
    List<Map<String, String>> all = new ArrayList<>();
    Map<String, String> one = new HashMap<>();
    for (String line : (text + "\n\n").lines().toList()) {
      int colon = line.indexOf(':');
      if (line.isBlank()) {
        if (!one.isEmpty()) {
          all.add(one);
          one = new HashMap<>();
        }
      } else if (colon > 0 && !Character.isWhitespace(line.charAt(0))) {
        one.putIfAbsent(line.substring(0, colon), line.substring(colon + 1).strip());
      }
    }
    return all;
  }
}
