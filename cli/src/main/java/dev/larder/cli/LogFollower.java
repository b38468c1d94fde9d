package dev.larder.cli;

import dev.larder.engine.service.ServiceLog;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Writes the logs of several services as they grow, each line with the service's name. */
final class LogFollower {
  private static final long PAUSE_MILLIS = 50;

  private final PrintStream out;
  private final Style style;
  private final Clock clock;
  private final List<One> all = new ArrayList<>();
  private int width;

  /**
   * How lines look.
   *
   * @param names whether the service's name stands before each line
   * @param times whether the time does
   */
  record Style(boolean names, boolean times) {}

  private record One(String name, ServiceLog log, PrefixedLines lines) {}

  /**
   * @param width how long the longest name is; longer ones that come later widen the column
   */
  LogFollower(PrintStream out, Style style, int width, Clock clock) {
    this.out = out;
    this.style = style;
    this.width = width;
    this.clock = clock;
  }

  /** Follows one more; a second log under a name takes the first one's place. */
  synchronized void add(String name, ServiceLog log) {
    all.removeIf(one -> one.name.equals(name));
    width = Math.max(width, name.length());
    all.add(new One(name, log, new PrefixedLines(out)));
  }

  /** A line that the service did not write itself. */
  synchronized void say(String name, String text) {
    for (One one : all) {
      if (one.name.equals(name)) {
        one.lines.end();
      }
    }
    out.println(name + " " + text);
    out.flush();
  }

  /** Writes what there is; whether there was anything. */
  synchronized boolean write() throws IOException {
    boolean any = false;
    for (One one : all) {
      byte[] bytes = one.log.more();
      long start = one.log.position() - bytes.length;
      Instant now = clock.instant();
      one.lines.write(
          bytes, at -> prefix(one, style.times() ? one.log.written(start + at).orElse(now) : now));
      any |= bytes.length > 0;
    }
    out.flush();
    return any;
  }

  /** Writes what comes until it is interrupted. */
  void show() {
    try {
      while (true) {
        write();
        Thread.sleep(PAUSE_MILLIS);
      }
    } catch (InterruptedException e) {
      end();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String prefix(One one, Instant time) {
    String name = style.names() ? one.name + " ".repeat(width - one.name.length()) + "  | " : "";
    return style.times() ? name + time + " " : name;
  }

  /** Ends lines that were not ended. */
  synchronized void end() {
    all.forEach(one -> one.lines.end());
    out.flush();
  }
}
