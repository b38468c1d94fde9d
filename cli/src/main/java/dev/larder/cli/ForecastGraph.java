package dev.larder.cli;

import dev.larder.cli.progress.LogText;
import dev.larder.engine.build.Forecast;
import dev.larder.engine.digest.Digest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The graph of what a build would do: for Graphviz, and as a picture of its own. A row of the
 * picture has the steps that stand on those of the row above, a column a stage.
 */
final class ForecastGraph {
  private static final int WIDTH = 300;
  private static final int HEIGHT = 44;
  private static final int GAP_X = 40;
  private static final int GAP_Y = 28;
  private static final int MARGIN = 16;
  private static final int LETTERS = 42;

  /** Colours come from variables, so that a page can change them; the picture alone has both. */
  private static final String STYLE =
      """
      svg { --back: #ffffff; --text: #1b1f24; --line: #8a939e; --run: #ffe3c2; --maybe: #fff6cc; --reuse: #dff3e0; --fetch: #dbe9ff; }
      @media (prefers-color-scheme: dark) { svg { --back: #14171a; --text: #e6e9ec; --line: #7b8590; --run: #6b3d10; --maybe: #5a4d10; --reuse: #1f4526; --fetch: #1c3a66; } }
      svg { background: var(--back); font: 13px system-ui, sans-serif; }
      svg text { fill: var(--text); } svg text.note { font-size: 11px; opacity: .8; }
      svg path { fill: none; stroke: var(--line); }
      svg rect { stroke: var(--line); }
      rect.run { fill: var(--run); } rect.maybe { fill: var(--maybe); } rect.reuse { fill: var(--reuse); } rect.fetch { fill: var(--fetch); }
      """;

  private ForecastGraph() {}

  static String dot(Forecast forecast) {
    Map<Digest, Integer> numbers = numbers(forecast);
    StringBuilder dot = new StringBuilder("digraph build {\n  node [shape=box, style=filled];\n");
    for (Forecast.Step step : forecast.steps()) {
      String colour =
          switch (step.fate()) {
            case RUNS -> "orange";
            case MAY_RUN -> "lightyellow";
            case REUSED -> step.fetched().isEmpty() ? "palegreen" : "lightblue";
          };
      dot.append("  n").append(numbers.get(step.step().vertex()));
      dot.append(" [label=\"").append(quoted(label(step))).append("\", fillcolor=");
      dot.append(colour).append("];\n");
      for (Digest input : step.step().inputs()) {
        dot.append("  n").append(numbers.get(input)).append(" -> n");
        dot.append(numbers.get(step.step().vertex())).append(";\n");
      }
    }
    return dot.append("}\n").toString();
  }

  private static String label(Forecast.Step step) {
    List<String> lines = new ArrayList<>(List.of(LogText.line(step.step().name())));
    ForecastText.notes(step).forEach(note -> lines.add(LogText.line(note)));
    return String.join("\n", lines);
  }

  private static String quoted(String text) {
    return text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
  }

  private static Map<Digest, Integer> numbers(Forecast forecast) {
    Map<Digest, Integer> numbers = new LinkedHashMap<>();
    forecast.steps().forEach(step -> numbers.put(step.step().vertex(), numbers.size()));
    return numbers;
  }

  private record Box(int x, int y) {}

  static String svg(Forecast forecast) {
    Map<String, Integer> columns = new LinkedHashMap<>();
    Map<Digest, Integer> rows = new HashMap<>();
    Map<Digest, Box> boxes = new LinkedHashMap<>();
    Map<Integer, TreeMap<Integer, Digest>> taken = new HashMap<>();
    for (Forecast.Step step : forecast.steps()) {
      int row = 0;
      for (Digest input : step.step().inputs()) {
        row = Math.max(row, rows.getOrDefault(input, 0) + 1);
      }
      String stage = step.step().place().stage();
      int column = columns.computeIfAbsent(stage, name -> columns.size());
      while (taken.computeIfAbsent(column, c -> new TreeMap<>()).containsKey(row)) {
        row++;
      }
      taken.get(column).put(row, step.step().vertex());
      rows.put(step.step().vertex(), row);
      boxes.put(
          step.step().vertex(),
          new Box(MARGIN + column * (WIDTH + GAP_X), MARGIN + row * (HEIGHT + GAP_Y)));
    }
    int width = 2 * MARGIN + Math.max(1, columns.size()) * (WIDTH + GAP_X) - GAP_X;
    int height = boxes.values().stream().mapToInt(Box::y).max().orElse(0) + HEIGHT + MARGIN;
    StringBuilder svg = new StringBuilder();
    svg.append(
        String.format(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d"
                + " %d\" role=\"img\" aria-label=\"Graph of the build\">%n<style>%s</style>%n",
            width, height, width, height, STYLE));
    forecast.steps().forEach(step -> edges(step, boxes, svg));
    forecast.steps().forEach(step -> box(step, boxes, svg));
    return svg.append("</svg>\n").toString();
  }

  private static void edges(Forecast.Step step, Map<Digest, Box> boxes, StringBuilder svg) {
    Box to = boxes.get(step.step().vertex());
    for (Digest input : step.step().inputs()) {
      Box from = boxes.get(input);
      if (from != null && to != null) {
        int x1 = from.x() + WIDTH / 2;
        int y1 = from.y() + HEIGHT;
        int x2 = to.x() + WIDTH / 2;
        svg.append(
            String.format(
                "<path d=\"M%d %d C%d %d %d %d %d %d\"/>%n",
                x1, y1, x1, y1 + GAP_Y, x2, to.y() - GAP_Y, x2, to.y()));
      }
    }
  }

  private static void box(Forecast.Step step, Map<Digest, Box> boxes, StringBuilder svg) {
    Box box = boxes.get(step.step().vertex());
    if (box == null) {
      return;
    }
    List<String> notes = ForecastText.notes(step);
    String kind = step.fetched().isEmpty() ? step.fate().word() : "fetch";
    svg.append(
        String.format(
            "<g><title>%s</title><rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\""
                + " rx=\"6\"/><text x=\"%d\" y=\"%d\">%s</text>",
            escaped(label(step)),
            kind,
            box.x(),
            box.y(),
            WIDTH,
            HEIGHT,
            box.x() + 10,
            box.y() + 18,
            escaped(cut(LogText.line(step.step().name())))));
    String note = step.fate().word() + (notes.isEmpty() ? "" : ", " + notes.getFirst());
    svg.append(
        String.format(
            "<text class=\"note\" x=\"%d\" y=\"%d\">%s</text></g>%n",
            box.x() + 10, box.y() + 35, escaped(cut(LogText.line(note)))));
  }

  private static String cut(String text) {
    return text.length() > LETTERS ? text.substring(0, LETTERS - 1) + "…" : text;
  }

  static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  static String html(Forecast forecast, String title) {
    StringBuilder rows = new StringBuilder();
    for (Forecast.Step step : forecast.steps()) {
      if (step.step().place().number() > 0 || !step.fetched().isEmpty()) {
        rows.append("<tr><td>").append(step.fate().word());
        rows.append("<td><code>").append(escaped(LogText.line(step.step().name())));
        rows.append("</code><td>");
        for (String note : ForecastText.notes(step)) {
          rows.append("<div>").append(escaped(LogText.line(note))).append("</div>");
        }
        rows.append('\n');
      }
    }
    return """
    <!doctype html>
    <html lang="en"><head><meta charset="utf-8"><title>%s</title>
    <meta name="viewport" content="width=device-width">
    <style>
    :root { color-scheme: light dark; }
    body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem; }
    table { border-collapse: collapse; margin: 1rem 0 2rem; } td, th { text-align: left; vertical-align: top; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid #8886; }
    figure { margin: 0; overflow-x: auto; }
    </style></head>
    <body><h1>%s</h1><p>%s</p>
    <table><thead><tr><th scope="col">Fate<th scope="col">Step<th scope="col">Why</thead><tbody>
    %s</tbody></table>
    <figure tabindex="0" aria-label="Graph, can be scrolled">%s</figure>
    </body></html>
    """
        .formatted(
            escaped(title),
            escaped(title),
            escaped(ForecastText.summary(forecast)),
            rows,
            svg(forecast));
  }
}
