package dev.larder.cli;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Rows of words in columns, as wide as their widest word. */
final class Table {
  private static final int GAP = 3;
  private static final int LEAST = 8;

  private final List<List<String>> rows = new ArrayList<>();

  Table(String... headings) {
    rows.add(List.of(headings));
  }

  /** Of rows, the first of which are the headings. */
  Table(List<List<String>> rows) {
    this.rows.addAll(rows);
  }

  void add(String... words) {
    rows.add(List.of(words));
  }

  void write(PrintStream out) {
    write(out, Integer.MAX_VALUE, 0);
  }

  /**
   * Writes lines of so many characters, as far as that can be had by cutting the words of one
   * column.
   */
  void write(PrintStream out, int width, int cut) {
    int[] widths = new int[rows.getFirst().size()];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    int all = Arrays.stream(widths).sum() + GAP * (widths.length - 1);
    widths[cut] -= Math.clamp((long) all - width, 0, Math.max(0, widths[cut] - LEAST));
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        String word = row.get(i);
        if (word.length() > widths[i]) {
          word = word.substring(0, widths[i] - 1) + "…";
        }
        line.append(word).repeat(' ', widths[i] - word.length() + GAP);
      }
      out.println(line.toString().stripTrailing());
    }
  }
}
