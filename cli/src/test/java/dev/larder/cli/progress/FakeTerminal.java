package dev.larder.cli.progress;

import dev.larder.engine.linux.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A terminal in small: lines, a cursor, and the few commands that are sent to it. A narrower one
 * breaks its long lines anew, as real ones do. Anything else fails.
 */
final class FakeTerminal extends OutputStream {
  private static final Pattern COMMAND = Pattern.compile("\u001b\\[(\\??)(\\d*)([A-Za-z])");

  private final ByteArrayOutputStream pending = new ByteArrayOutputStream();
  private List<StringBuilder> rows = new ArrayList<>(List.of(new StringBuilder()));
  private int columns;
  private final int height;
  private int row;
  private int column;
  private boolean hidden;

  FakeTerminal(int columns, int height) {
    this.columns = columns;
    this.height = height;
  }

  Terminal.Size size() {
    return new Terminal.Size(columns, height);
  }

  boolean cursorIsHidden() {
    return hidden;
  }

  void resize(int narrower) {
    List<StringBuilder> broken = new ArrayList<>();
    int newRow = 0;
    for (int i = 0; i < rows.size(); i++) {
      String text = rows.get(i).toString();
      if (i == row) {
        newRow = broken.size();
      }
      do {
        int cut = Math.min(narrower, text.length());
        broken.add(new StringBuilder(text.substring(0, cut)));
        text = text.substring(cut);
      } while (!text.isEmpty());
    }
    rows = broken;
    row = newRow;
    columns = narrower;
  }

  /** What is on the screen, without spaces at the ends of lines. */
  String text() {
    StringBuilder text = new StringBuilder();
    rows.forEach(line -> text.append(line.toString().stripTrailing()).append('\n'));
    return text.toString().stripTrailing() + "\n";
  }

  @Override
  public void write(int b) {
    pending.write(b);
  }

  @Override
  public void flush() throws IOException {
    String text = pending.toString(StandardCharsets.UTF_8);
    pending.reset();
    int i = 0;
    while (i < text.length()) {
      char c = text.charAt(i);
      if (c == 0x1B) {
        Matcher command = COMMAND.matcher(text).region(i, text.length());
        if (!command.lookingAt()) {
          throw new IOException("no command: " + text.substring(i + 1));
        }
        run(command.group(1) + command.group(3), command.group(2));
        i = command.end();
      } else {
        put(c);
        i++;
      }
    }
  }

  private void run(String command, String number) throws IOException {
    switch (command) {
      case "A" -> row = Math.max(0, row - Integer.parseInt(number));
      case "K" -> rows.get(row).setLength(Math.min(column, rows.get(row).length()));
      case "J" -> {
        rows.get(row).setLength(Math.min(column, rows.get(row).length()));
        rows.subList(row + 1, rows.size()).clear();
      }
      case "m" -> {}
      case "?l" -> hidden = true;
      case "?h" -> hidden = false;
      default -> throw new IOException("no command: " + command);
    }
  }

  private void put(char c) {
    if (c == '\r') {
      column = 0;
      return;
    }
    if (c == '\n') {
      down();
      column = 0;
      return;
    }
    if (column == columns) {
      down();
      column = 0;
    }
    StringBuilder line = rows.get(row);
    while (line.length() <= column) {
      line.append(' ');
    }
    line.setCharAt(column++, c);
  }

  private void down() {
    row++;
    if (row == rows.size()) {
      rows.add(new StringBuilder());
    }
  }
}
