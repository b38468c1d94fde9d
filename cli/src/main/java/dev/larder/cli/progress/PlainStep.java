package dev.larder.cli.progress;

import dev.larder.engine.event.Amounts;
import dev.larder.engine.event.BuildEvent;
import dev.larder.engine.event.BuildEvent.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** One step of a plain log, and what is not printed of it yet. */
final class PlainStep {
  private static final Duration TRANSFER_PAUSE = Duration.ofSeconds(5);
  private static final double TRANSFER_SHARE = 0.05;

  private final String name;
  private final List<Piece> news = new ArrayList<>();
  private final Map<String, Transfer> transfers = new LinkedHashMap<>();
  private final LogText harmless = new LogText();
  private final StringBuilder rewound = new StringBuilder();
  private boolean isRewound;
  private boolean lineOpen;
  private boolean unannounced = true;
  private boolean fetched;
  private boolean ended;
  private int number;
  private @Nullable Instant start;

  PlainStep(String name) {
    this.name = name;
  }

  /**
   * A line or a part of one.
   *
   * @param startsLine whether a new line begins
   * @param endsLine whether nothing more comes on it
   */
  record Piece(String text, boolean startsLine, boolean endsLine) {}

  /** Bytes on their way. */
  private static final class Transfer {
    private final Instant began;
    private Instant shown;
    private long shownBytes;
    private long bytes;
    private OptionalLong total = OptionalLong.empty();
    private boolean complete;

    Transfer(Instant began) {
      this.began = began;
      this.shown = began;
    }
  }

  String name() {
    return name;
  }

  /** 0 until it has one. */
  int number() {
    return number;
  }

  void number(int given) {
    number = given;
  }

  boolean isEnded() {
    return ended;
  }

  boolean hasNews() {
    return !news.isEmpty() || (unannounced && start != null);
  }

  /** What is new, and from now on is not. */
  List<Piece> take() {
    List<Piece> taken = List.copyOf(news);
    news.clear();
    unannounced = false;
    return taken;
  }

  void started(Instant at) {
    start = at;
  }

  void line(String text) {
    endLine();
    news.add(new Piece(text, true, true));
  }

  /** Output of a process: lines get the time at which they began, as BuildKit prints it. */
  void wrote(Instant at, String raw) {
    String text = harmless.next(raw);
    int from = 0;
    while (from < text.length()) {
      int end = from;
      while (end < text.length() && text.charAt(end) != '\n' && text.charAt(end) != '\r') {
        end++;
      }
      part(at, text.substring(from, end));
      if (end == text.length()) {
        return;
      }
      boolean windows = text.startsWith("\r\n", end);
      if (text.charAt(end) == '\r' && !windows) {
        rewind();
      } else {
        newLine(at);
      }
      from = end + (windows ? 2 : 1);
    }
  }

  private void part(Instant at, String text) {
    if (isRewound) {
      rewound.append(text);
    } else if (lineOpen && !text.isEmpty()) {
      news.add(new Piece(text, false, false));
    } else if (!text.isEmpty()) {
      news.add(new Piece(clock(at) + text, true, false));
      lineOpen = true;
    }
  }

  /**
   * The process goes back to the start of its line to write it anew, as progress bars do. Only the
   * first and the last version are shown.
   */
  private void rewind() {
    isRewound = lineOpen || isRewound;
    rewound.setLength(0);
  }

  private void newLine(Instant at) {
    if (!lineOpen) {
      news.add(new Piece(clock(at), true, true));
      return;
    }
    endLine();
    if (!rewound.isEmpty()) {
      news.add(new Piece(clock(at) + rewound, true, true));
      rewound.setLength(0);
    }
  }

  private void endLine() {
    if (lineOpen) {
      news.add(new Piece("", false, true));
    }
    lineOpen = false;
    isRewound = false;
  }

  /** Seconds since the step began; the more there are, the fewer places. */
  private String clock(Instant at) {
    double seconds = start == null ? 0 : Amount.seconds(Duration.between(start, at));
    String form = seconds < 10 ? "%.3f " : seconds < 100 ? "%.2f " : "%.1f ";
    return String.format(Locale.ROOT, form, seconds);
  }

  void moved(BuildEvent.Moved moved) {
    Transfer transfer = transfers.computeIfAbsent(moved.what(), what -> new Transfer(moved.at()));
    if (transfer.complete) {
      return;
    }
    transfer.bytes = moved.done();
    transfer.total = moved.total();
    boolean whole = moved.total().isPresent() && moved.done() >= moved.total().getAsLong();
    if (whole || worthShowing(transfer, moved.at())) {
      show(moved.what(), transfer, moved.at(), whole);
    }
  }

  private static boolean worthShowing(Transfer transfer, Instant now) {
    Duration pause = Duration.between(transfer.shown, now);
    boolean grown =
        transfer.total.isPresent()
            && transfer.bytes - transfer.shownBytes >= transfer.total.getAsLong() * TRANSFER_SHARE
            && pause.compareTo(Duration.ofMillis(500)) > 0;
    return grown || pause.compareTo(TRANSFER_PAUSE) >= 0;
  }

  private void show(String what, Transfer transfer, Instant now, boolean complete) {
    transfer.shown = now;
    transfer.shownBytes = transfer.bytes;
    transfer.complete = complete;
    StringBuilder text = new StringBuilder(transferName(what));
    text.append(' ').append(Amount.tight(transfer.bytes));
    if (!isContext(what)) {
      transfer.total.ifPresent(total -> text.append(" / ").append(Amount.tight(total)));
    }
    Duration took = Duration.between(transfer.began, now);
    if (took.toMillis() > 10) {
      text.append(' ').append(Amount.tenths(took)).append('s');
    }
    line(text + (complete ? " done" : ""));
  }

  /**
   * {@code context} is what the engine calls it, {@code transferring context:} what people know.
   */
  static String transferName(String what) {
    return isContext(what) ? "transferring " + what + ":" : LogText.line(what);
  }

  /** Of what lies on this machine the whole is known only in the end. */
  static boolean isContext(String what) {
    return what.equals("context") || what.equals("dockerfile");
  }

  void fetched() {
    fetched = true;
  }

  void ended(Instant at, Outcome outcome, Amounts amounts) {
    if (ended) {
      return;
    }
    if (!rewound.isEmpty()) {
      newLine(at);
    }
    endLine();
    if (outcome instanceof Outcome.Ran) {
      transfers.forEach(
          (what, transfer) -> {
            if (!transfer.complete) {
              show(what, transfer, at, true);
            }
          });
    }
    if (fetched) {
      line(Traffic.network(amounts));
    }
    ended = true;
    news.add(
        new Piece(
            switch (outcome) {
              case Outcome.Ran(Duration took) -> "DONE " + Amount.tenths(took) + "s";
              case Outcome.Reused() -> "CACHED";
              case Outcome.Failed(Duration _, String message) ->
                  "ERROR: " + LogText.lines(message).strip();
              case Outcome.Cancelled() -> "CANCELED";
            },
            true,
            true));
  }
}
