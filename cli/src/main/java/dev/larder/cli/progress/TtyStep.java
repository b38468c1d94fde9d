package dev.larder.cli.progress;

import dev.larder.engine.event.BuildEvent;
import dev.larder.engine.event.BuildEvent.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** What a screen shows of one step. */
final class TtyStep {
  static final int LOG_LINES = 6;

  private final String name;
  private final Map<String, Transfer> transfers = new LinkedHashMap<>();
  private final List<String> notes = new ArrayList<>();
  private final Deque<String> log = new ArrayDeque<>();
  private final StringBuilder lastLine = new StringBuilder();
  private final LogText harmless = new LogText();
  private String traffic = "";
  private boolean rewound;
  private @Nullable Instant start;
  private @Nullable Instant end;
  private @Nullable Outcome outcome;

  TtyStep(String name) {
    this.name = name;
  }

  /** Bytes on their way. */
  record Transfer(Instant began, Instant latest, long bytes, OptionalLong total) {
    String amount(String what) {
      String now = Amount.tight(bytes);
      return total.isPresent() && !PlainStep.isContext(what)
          ? now + " / " + Amount.tight(total.getAsLong())
          : now;
    }

    boolean complete() {
      return total.isPresent() && bytes >= total.getAsLong();
    }
  }

  String name() {
    return name;
  }

  @Nullable Outcome outcome() {
    return outcome;
  }

  boolean isShown() {
    return start != null || outcome != null;
  }

  boolean isRunning() {
    return start != null && outcome == null;
  }

  void started(Instant at) {
    start = at;
  }

  void ended(Instant at, Outcome how) {
    end = at;
    outcome = how;
  }

  void noted(String text) {
    notes.add(LogText.line(text));
  }

  void traffic(String line) {
    traffic = line;
  }

  /** What it fetches, in a line that grows; empty if it has fetched nothing. */
  String traffic() {
    return traffic;
  }

  void moved(BuildEvent.Moved moved) {
    Transfer before = transfers.get(moved.what());
    Instant began = before == null ? moved.at() : before.began();
    transfers.put(moved.what(), new Transfer(began, moved.at(), moved.done(), moved.total()));
  }

  void wrote(String raw) {
    for (char c : harmless.next(raw).toCharArray()) {
      if (c == '\n') {
        push();
      } else if (c == '\r') {
        rewound = true;
      } else {
        if (rewound) {
          lastLine.setLength(0);
          rewound = false;
        }
        lastLine.append(c == '\t' ? ' ' : c);
      }
    }
  }

  private void push() {
    if (!lastLine.toString().isBlank()) {
      log.addLast(lastLine.toString());
      if (log.size() > LOG_LINES) {
        log.removeFirst();
      }
    }
    lastLine.setLength(0);
    rewound = false;
  }

  /** The last lines that it wrote, the open one too. */
  List<String> tail() {
    List<String> lines = new ArrayList<>(log);
    if (!lastLine.toString().isBlank()) {
      lines.add(lastLine.toString());
    }
    return lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size());
  }

  Duration took(Instant now) {
    if (start == null) {
      return Duration.ZERO;
    }
    return Duration.between(start, end == null ? now : end);
  }

  Map<String, Transfer> transfers() {
    return transfers;
  }

  List<String> notes() {
    return notes;
  }
}
