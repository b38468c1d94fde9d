package dev.larder.engine.history;

import java.util.ArrayList;
import java.util.List;

/** How two short texts differ, line by line, in the unified format of {@code diff -u}. */
public final class TextDiff {
  private static final int CONTEXT = 3;

  /** A longest common subsequence takes lines × lines of memory. */
  private static final int MOST_LINES = 2000;

  private final List<String> before;
  private final List<String> after;
  private final List<String> out = new ArrayList<>();

  /** A line as the difference has it: kept, taken away or put in, and where it stands. */
  private record Edit(char sign, String line, int before, int after) {}

  private TextDiff(List<String> before, List<String> after) {
    this.before = before;
    this.after = after;
  }

  /**
   * The lines of a unified diff, without the two of its head; empty where the texts are equal, or
   * too long to be compared.
   */
  public static List<String> of(String before, String after) {
    List<String> old = lines(before);
    List<String> now = lines(after);
    if (old.size() > MOST_LINES || now.size() > MOST_LINES) {
      return List.of();
    }
    TextDiff diff = new TextDiff(old, now);
    diff.hunks(diff.edits());
    return diff.out;
  }

  /** Lines with their ends, so that a missing last one and carriage returns are seen. */
  private static List<String> lines(String text) {
    List<String> lines = new ArrayList<>();
    int from = 0;
    for (int at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', from)) {
      lines.add(text.substring(from, at + 1));
      from = at + 1;
    }
    if (from < text.length()) {
      lines.add(text.substring(from));
    }
    return lines;
  }

  private List<Edit> edits() {
    int[][] common = new int[before.size() + 1][after.size() + 1];
    for (int i = before.size() - 1; i >= 0; i--) {
      for (int j = after.size() - 1; j >= 0; j--) {
        common[i][j] =
            before.get(i).equals(after.get(j))
                ? common[i + 1][j + 1] + 1
                : Math.max(common[i + 1][j], common[i][j + 1]);
      }
    }
    List<Edit> edits = new ArrayList<>();
    int i = 0;
    int j = 0;
    while (i < before.size() || j < after.size()) {
      boolean both = i < before.size() && j < after.size();
      if (both && before.get(i).equals(after.get(j))) {
        edits.add(new Edit(' ', before.get(i), i++, j++));
      } else if (j == after.size() || (both && common[i + 1][j] >= common[i][j + 1])) {
        edits.add(new Edit('-', before.get(i), i++, j));
      } else {
        edits.add(new Edit('+', after.get(j), i, j++));
      }
    }
    return edits;
  }

  private void hunks(List<Edit> edits) {
    int at = 0;
    while (at < edits.size()) {
      int first = at;
      while (first < edits.size() && edits.get(first).sign() == ' ') {
        first++;
      }
      if (first == edits.size()) {
        return;
      }
      int last = first;
      for (int i = first; i < edits.size() && i <= last + 2 * CONTEXT + 1; i++) {
        last = edits.get(i).sign() == ' ' ? last : i;
      }
      at = Math.min(edits.size(), last + CONTEXT + 1);
      hunk(edits.subList(Math.max(0, first - CONTEXT), at));
      at = last + 1;
      while (at < edits.size() && edits.get(at).sign() == ' ') {
        at++;
      }
    }
  }

  private void hunk(List<Edit> edits) {
    long old = edits.stream().filter(edit -> edit.sign() != '+').count();
    long now = edits.stream().filter(edit -> edit.sign() != '-').count();
    out.add(
        "@@ -"
            + range(edits.getFirst().before(), old)
            + " +"
            + range(edits.getFirst().after(), now)
            + " @@");
    for (Edit edit : edits) {
      boolean ended = edit.line().endsWith("\n");
      out.add(
          edit.sign() + (ended ? edit.line().substring(0, edit.line().length() - 1) : edit.line()));
      if (!ended) {
        out.add("\\ No newline at end of file");
      }
    }
  }

  private static String range(int from, long count) {
    return (count == 0 ? from : from + 1) + (count == 1 ? "" : "," + count);
  }
}
