package dev.larder.engine.compose;

import java.util.List;

/** The last lines of a text that comes in pieces. */
final class LastLines {
  private final int most;
  private String kept = "";

  LastLines(int most) {
    this.most = most;
  }

  void add(String text) {
    kept = String.join("\n", last(kept + text)) + (text.endsWith("\n") ? "\n" : "");
  }

  List<String> all() {
    return last(kept);
  }

  private List<String> last(String text) {
    List<String> lines = text.lines().toList();
    return lines.subList(Math.max(0, lines.size() - most), lines.size());
  }
}
