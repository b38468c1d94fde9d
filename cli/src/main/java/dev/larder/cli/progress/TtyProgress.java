package dev.larder.cli.progress;

import dev.larder.engine.event.BuildEvent;
import dev.larder.engine.linux.Terminal;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A screen that is drawn anew in place. Where the terminal was made narrower since, the lines of
 * the last drawing have wrapped; going up counts them as they are now.
 */
public final class TtyProgress implements Progress {
  private static final Duration PAUSE = Duration.ofMillis(100);
  private static final String CLEAR_LINE = "\u001b[K";
  private static final String CLEAR_BELOW = "\u001b[J";
  private static final String HIDE_CURSOR = "\u001b[?25l";
  private static final String SHOW_CURSOR = "\u001b[?25h";
  private static final String RESET = "\u001b[0m";

  private final PrintStream out;
  private final Supplier<Optional<Terminal.Size>> size;
  private final boolean colours;
  private final TtyScreen screen = new TtyScreen();
  private List<TtyScreen.Line> drawn = List.of();
  private Instant latest = Instant.EPOCH;
  private Instant drawnAt = Instant.EPOCH;
  private boolean closed;

  /**
   * Draws on this terminal.
   *
   * @param size asked before each drawing
   * @param colours whether lines may be coloured
   */
  public TtyProgress(PrintStream out, Supplier<Optional<Terminal.Size>> size, boolean colours) {
    this.out = out;
    this.size = size;
    this.colours = colours;
  }

  @Override
  public synchronized void accept(BuildEvent event) {
    screen.accept(event);
    tick(event.at());
  }

  @Override
  public synchronized void tick(Instant now) {
    latest = now.isAfter(latest) ? now : latest;
    if (!closed && Duration.between(drawnAt, now).compareTo(PAUSE) >= 0) {
      Terminal.Size at = terminal();
      draw(screen.fitting(now, at.columns(), at.rows()), at.columns(), HIDE_CURSOR);
      drawnAt = now;
    }
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      int width = terminal().columns();
      draw(screen.all(latest, width), width, SHOW_CURSOR);
    }
  }

  private Terminal.Size terminal() {
    Terminal.Size now = size.get().orElse(new Terminal.Size(80, 24));
    return new Terminal.Size(
        now.columns() == 0 ? 80 : now.columns(), now.rows() == 0 ? 24 : now.rows());
  }

  private void draw(List<TtyScreen.Line> lines, int width, String cursor) {
    StringBuilder text = new StringBuilder(cursor.equals(HIDE_CURSOR) ? cursor : "");
    int rows = 0;
    for (TtyScreen.Line line : drawn) {
      rows += Math.max(1, (Columns.of(line.text()) + width - 1) / width);
    }
    if (rows > 0) {
      text.append("\u001b[" + rows + "A");
    }
    text.append('\r');
    for (TtyScreen.Line line : lines) {
      String colour = colours ? colour(line.tone()) : "";
      text.append(colour).append(line.text()).append(colour.isEmpty() ? "" : RESET);
      // A full line leaves the cursor in its last column, where clearing would eat a character.
      text.append(Columns.of(line.text()) < width ? CLEAR_LINE : "").append('\n');
    }
    text.append(CLEAR_BELOW).append(cursor.equals(SHOW_CURSOR) ? cursor : "");
    out.print(text);
    out.flush();
    drawn = lines;
  }

  private static String colour(TtyScreen.Tone tone) {
    return switch (tone) {
      case NORMAL -> "";
      case DONE -> "\u001b[34m";
      case FAILED -> "\u001b[31m";
      case CANCELLED -> "\u001b[33m";
      case FAINT -> "\u001b[2m";
    };
  }
}
