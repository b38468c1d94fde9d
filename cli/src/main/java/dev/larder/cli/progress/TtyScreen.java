package dev.larder.cli.progress;

import dev.larder.engine.digest.Digest;
import dev.larder.engine.event.BuildEvent;
import dev.larder.engine.event.BuildEvent.Outcome;
import dev.larder.engine.event.Ledger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a terminal shows of a build: pure state, and the lines that it comes to. */
final class TtyScreen {
  /** A line and how it is coloured. */
  record Line(String text, Tone tone) {}

  /** What a line is about. */
  enum Tone {
    NORMAL,
    DONE,
    FAILED,
    CANCELLED,
    FAINT
  }

  private static final int LEAST_WIDTH = 20;

  private final Map<Digest, String> names = new HashMap<>();
  private final Map<Digest, TtyStep> steps = new LinkedHashMap<>();
  private final Ledger ledger = new Ledger();
  private final List<String> warnings = new ArrayList<>();
  private @Nullable Instant begin;

  void accept(BuildEvent event) {
    ledger.accept(event);
    if (begin == null) {
      begin = event.at();
    }
    switch (event) {
      case BuildEvent.Planned planned ->
          planned.steps().forEach(s -> names.putIfAbsent(s.vertex(), LogText.line(s.name())));
      case BuildEvent.Started(Instant at, Digest vertex) -> step(vertex).started(at);
      case BuildEvent.Because because -> {
        if (Because.isNews(because)) {
          step(because.vertex()).noted(Because.line(because));
        }
      }
      case BuildEvent.Wrote wrote -> step(wrote.vertex()).wrote(wrote.text());
      case BuildEvent.Moved moved -> step(moved.vertex()).moved(moved);
      case BuildEvent.Fetching fetching -> traffic(fetching.vertex());
      case BuildEvent.Fetched fetched -> traffic(fetched.vertex());
      case BuildEvent.Uncounted _, BuildEvent.Wasted _ -> {}
      case BuildEvent.Kept kept -> step(kept.vertex()).noted(Traffic.kept(kept));
      case BuildEvent.Noted(Instant _, Digest vertex, String text) -> step(vertex).noted(text);
      case BuildEvent.Warned(Instant _, Optional<Digest> vertex, String text) ->
          vertex.ifPresentOrElse(
              v -> step(v).noted("WARN: " + text),
              () -> warnings.add("WARN: " + LogText.line(text)));
      case BuildEvent.Ended(Instant at, Digest vertex, Outcome outcome) ->
          step(vertex).ended(at, outcome);
    }
  }

  private void traffic(Digest vertex) {
    step(vertex).traffic(Traffic.network(ledger.amounts(vertex), ledger.underWay(vertex)));
  }

  private TtyStep step(Digest vertex) {
    return steps.computeIfAbsent(
        vertex, v -> new TtyStep(names.getOrDefault(v, vertex.toString())));
  }

  /** All lines, at the end. */
  List<Line> all(Instant now, int width) {
    List<Line> lines = new ArrayList<>();
    lines.add(header(now, width));
    for (TtyStep step : steps.values()) {
      lines.addAll(lines(step, now, width, 0));
    }
    warnings.forEach(text -> lines.add(new Line(Columns.cut(text, width), Tone.CANCELLED)));
    return lines;
  }

  /** As many lines as fit: what ended first makes room, then the logs. */
  List<Line> fitting(Instant now, int width, int height) {
    int room = Math.max(1, height - 2);
    List<TtyStep> shown =
        new ArrayList<>(steps.values().stream().filter(TtyStep::isShown).toList());
    int logs = TtyStep.LOG_LINES;
    List<List<Line>> blocks = blocks(shown, now, width, logs);
    while (count(blocks) > room && logs > 1) {
      logs--;
      blocks = blocks(shown, now, width, logs);
    }
    while (count(blocks) > room && removeEnded(shown)) {
      blocks = blocks(shown, now, width, logs);
    }
    List<Line> lines = new ArrayList<>();
    lines.add(header(now, width));
    blocks.forEach(lines::addAll);
    return lines.size() <= room + 1 ? lines : lines.subList(0, room + 1);
  }

  private static boolean removeEnded(List<TtyStep> shown) {
    for (TtyStep step : shown) {
      if (!step.isRunning()) {
        shown.remove(step);
        return true;
      }
    }
    return false;
  }

  private static int count(List<List<Line>> blocks) {
    return blocks.stream().mapToInt(List::size).sum();
  }

  private static List<List<Line>> blocks(List<TtyStep> shown, Instant now, int width, int logs) {
    List<List<Line>> blocks = new ArrayList<>();
    shown.forEach(step -> blocks.add(lines(step, now, width, logs)));
    return blocks;
  }

  private Line header(Instant now, int width) {
    long ended = steps.values().stream().filter(s -> s.outcome() != null).count();
    int total = Math.max(names.size(), steps.size());
    Duration took = begin == null ? Duration.ZERO : Duration.between(begin, now);
    String finished = ended > 0 && ended == steps.size() ? " FINISHED" : "";
    String text =
        "[+] Building " + Amount.tenths(took) + "s (" + ended + "/" + total + ")" + finished;
    return new Line(Columns.cut(text, width), Tone.NORMAL);
  }

  private static List<Line> lines(TtyStep step, Instant now, int width, int logs) {
    if (!step.isShown() || width < LEAST_WIDTH) {
      return List.of();
    }
    List<Line> lines = new ArrayList<>();
    String time = Amount.tenths(step.took(now)) + "s";
    lines.add(
        new Line(Columns.spread(" => " + prefix(step) + step.name(), time, width), tone(step)));
    step.transfers()
        .forEach(
            (what, transfer) -> {
              boolean moving = step.isRunning() && !transfer.complete();
              String took =
                  Amount.tenths(
                          Duration.between(transfer.began(), moving ? now : transfer.latest()))
                      + "s";
              String left = " => => " + PlainStep.transferName(what);
              String right = transfer.amount(what) + " " + took;
              lines.add(
                  new Line(Columns.spread(left, right, width), moving ? Tone.NORMAL : Tone.DONE));
            });
    if (!step.traffic().isEmpty()) {
      lines.add(new Line(Columns.cut(" => => " + step.traffic(), width), Tone.NORMAL));
    }
    for (String note : step.notes()) {
      lines.add(new Line(Columns.cut(" => => " + note, width), Tone.NORMAL));
    }
    if (step.isRunning() && logs > 0) {
      List<String> tail = step.tail();
      for (String text : tail.subList(Math.max(0, tail.size() - logs), tail.size())) {
        lines.add(new Line(Columns.cut(" => => # " + text, width), Tone.FAINT));
      }
    }
    return lines;
  }

  private static String prefix(TtyStep step) {
    return switch (step.outcome()) {
      case Outcome.Reused() -> "CACHED ";
      case Outcome.Failed _ -> "ERROR ";
      case Outcome.Cancelled() -> "CANCELED ";
      case Outcome.Ran _ -> "";
      case null -> "";
    };
  }

  private static Tone tone(TtyStep step) {
    return switch (step.outcome()) {
      case Outcome.Reused() -> Tone.DONE;
      case Outcome.Failed _ -> Tone.FAILED;
      case Outcome.Cancelled() -> Tone.CANCELLED;
      case Outcome.Ran _ -> Tone.DONE;
      case null -> Tone.NORMAL;
    };
  }
}
