package dev.larder.engine.outline;

import java.util.ArrayList;
import java.util.List;

/** Rows of cells: all but the last of a row are filled up to the widest of their column. */
final class Columns {
  private final int gap;
  private final List<List<String>> rows = new ArrayList<>();

  /**
   * @param gap how many spaces part a column from the next
   */
  Columns(int gap) {
    this.gap = gap;
  }

  void add(String... cells) {
    rows.add(List.of(cells).stream().map(Columns::harmless).toList());
  }

  /** Lines end with {@code \n}. */
  String text() {
    StringBuilder out = new StringBuilder();
    for (List<String> row : rows) {
      for (int i = 0; i < row.size() - 1; i++) {
        int column = i;
        int width = rows.stream().mapToInt(r -> length(r.get(column))).max().orElse(0);
        out.append(row.get(i)).repeat(' ', width - length(row.get(i)) + gap);
      }
      out.append(row.getLast()).append('\n');
    }
    return out.toString();
  }

  private static int length(String cell) {
    return cell.codePointCount(0, cell.length());
  }

  /** Without what would move the cursor. */
  private static String harmless(String cell) {
    return cell.replaceAll("\\p{Cntrl}", "?");
  }
}
