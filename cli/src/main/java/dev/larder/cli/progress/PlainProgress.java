package dev.larder.cli.progress;

import dev.larder.engine.digest.Digest;
import dev.larder.engine.event.BuildEvent;
import dev.larder.engine.event.BuildEvent.Outcome;
import dev.larder.engine.event.Ledger;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A log: one line after the other, in the shape of {@code docker build --progress plain}. Lines of
 * one step stay together; another step's are kept back until this one ends or was silent for a
 * while, then {@code #7 ...} and the other's name tell of the change.
 */
public final class PlainProgress implements Progress {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final PrintStream out;
  private final Map<Digest, String> names = new HashMap<>();
  private final Map<Digest, PlainStep> steps = new LinkedHashMap<>();
  private final Ledger ledger = new Ledger();
  private final List<String> warnings = new ArrayList<>();
  private @Nullable PlainStep current;
  private Instant since = Instant.EPOCH;
  private boolean openLine;
  private boolean first = true;
  private int numbers;

  /** Writes to this stream. */
  public PlainProgress(PrintStream out) {
    this.out = out;
  }

  @Override
  public synchronized void accept(BuildEvent event) {
    ledger.accept(event);
    switch (event) {
      case BuildEvent.Planned planned ->
          planned.steps().forEach(s -> names.putIfAbsent(s.vertex(), LogText.line(s.name())));
      case BuildEvent.Started(Instant at, Digest vertex) -> step(vertex).started(at);
      case BuildEvent.Because because ->
          step(because.vertex()).line(LogText.line(Because.line(because)));
      case BuildEvent.Wrote wrote -> step(wrote.vertex()).wrote(wrote.at(), wrote.text());
      case BuildEvent.Moved moved -> step(moved.vertex()).moved(moved);
      case BuildEvent.Fetching _, BuildEvent.Uncounted _, BuildEvent.Wasted _ -> {}
      case BuildEvent.Fetched fetched -> step(fetched.vertex()).fetched();
      case BuildEvent.Kept kept -> step(kept.vertex()).line(LogText.line(Traffic.kept(kept)));
      case BuildEvent.Noted(Instant _, Digest vertex, String text) ->
          step(vertex).line(LogText.line(text));
      case BuildEvent.Warned(Instant _, Optional<Digest> vertex, String text) ->
          vertex.ifPresentOrElse(
              v -> step(v).line("WARN: " + LogText.line(text)),
              () -> warnings.add("WARN: " + LogText.line(text)));
      case BuildEvent.Ended(Instant at, Digest vertex, Outcome outcome) ->
          step(vertex).ended(at, outcome, ledger.amounts(vertex));
    }
    show(event.at());
  }

  @Override
  public synchronized void tick(Instant now) {
    show(now);
  }

  @Override
  public synchronized void close() {
    for (PlainStep step : steps.values()) {
      if (step.hasNews()) {
        print(step);
      }
    }
    endLine();
    warnings();
    out.flush();
  }

  private PlainStep step(Digest vertex) {
    return steps.computeIfAbsent(
        vertex, v -> new PlainStep(names.getOrDefault(v, vertex.toString())));
  }

  /** Prints what may be printed now: first the step that has the word, then those that ended. */
  private void show(Instant now) {
    PlainStep speaker = current;
    if (speaker != null && speaker.hasNews()) {
      print(speaker);
      since = now;
    }
    for (PlainStep step : steps.values()) {
      if (step.isEnded() && step.hasNews()) {
        print(step);
      }
    }
    if (current == null || Duration.between(since, now).compareTo(PATIENCE) > 0) {
      for (PlainStep step : steps.values()) {
        if (step.hasNews()) {
          print(step);
          since = now;
          break;
        }
      }
    }
    warnings();
    out.flush();
  }

  /** Those that belong to no step. */
  private void warnings() {
    if (!warnings.isEmpty()) {
      endLine();
      warnings.forEach(out::println);
      warnings.clear();
    }
  }

  private void print(PlainStep step) {
    if (step != current) {
      PlainStep before = current;
      endLine();
      if (before != null) {
        out.println("#" + before.number() + " ...");
      }
      if (!first) {
        out.println();
      }
      first = false;
      if (step.number() == 0) {
        step.number(++numbers);
      }
      out.println("#" + step.number() + " " + step.name());
    }
    for (PlainStep.Piece piece : step.take()) {
      if (piece.startsLine()) {
        endLine();
        out.print("#" + step.number() + " ");
      }
      out.print(piece.text());
      openLine = true;
      if (piece.endsLine()) {
        endLine();
      }
    }
    current = step.isEnded() ? null : step;
    if (step.isEnded()) {
      endLine();
    }
  }

  private void endLine() {
    if (openLine) {
      out.println();
      openLine = false;
    }
  }
}
