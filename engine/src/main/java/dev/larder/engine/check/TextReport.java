package dev.larder.engine.check;

import java.util.List;

/** What a check came to, for people, in the form of {@code docker build --check}. */
public final class TextReport {
  private static final String RULER = "--------------------\n";
  private static final int ROOM = 4;

  private TextReport() {}

  /** The findings with excerpts; errors are not among them. Lines end with {@code \n}. */
  public static String of(CheckResult result) {
    StringBuilder out = new StringBuilder();
    int count = result.findings().size();
    if (count > 0) {
      out.append("Check complete, ")
          .append(count == 1 ? "1 warning has" : count + " warnings have")
          .append(" been found!\n");
    } else if (result.errors().isEmpty()) {
      out.append("Check complete, no warnings found.\n");
    }
    List<String> lines = List.of(result.source().text().split("\n", -1));
    for (Finding finding : result.findings()) {
      out.append("\nWARNING: ").append(finding.rule()).append(" - ").append(finding.url());
      out.append('\n').append(harmless(finding.message())).append('\n');
      out.append(harmless(result.source().name())).append(':').append(finding.first());
      out.append('\n').append(RULER);
      excerpt(lines, finding, out);
      out.append(RULER);
    }
    return out.toString();
  }

  /** The lines of the place and a few around it, as BuildKit chooses them. */
  private static void excerpt(List<String> lines, Finding finding, StringBuilder out) {
    int start = Math.min(finding.first(), lines.size());
    int end = Math.min(finding.last(), lines.size());
    int room = start == end ? ROOM : ROOM / 2;
    for (int used = 0; used < room; used++) {
      if (start > 1) {
        start--;
        used++;
      }
      if (end != lines.size()) {
        end++;
        used++;
      }
    }
    for (int i = start; i <= end; i++) {
      boolean marked = finding.first() <= i && i <= finding.last();
      out.append(String.format(" %3d | %s ", i, marked ? ">>>" : "   "));
      out.append(harmless(lines.get(i - 1))).append('\n');
    }
  }

  /** Without what would move the cursor. */
  private static String harmless(String text) {
    StringBuilder out = new StringBuilder(text.length());
    String line = text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      out.append(Character.isISOControl(c) && c != '\t' ? '?' : c);
    }
    return out.toString();
  }
}
