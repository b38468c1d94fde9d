package dev.larder.engine.build;

import dev.larder.engine.digest.Digest;
import dev.larder.engine.event.Amounts;
import dev.larder.engine.event.BuildEvent;
import dev.larder.engine.event.BuildEvent.Outcome;
import dev.larder.engine.event.Events;
import dev.larder.engine.event.Ledger;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What one build tells of itself: passes events on, and keeps what its end is told with: what
 * failed and its last lines, how many instructions were reused, how many bytes came from where.
 */
final class Progressing implements Events {
  private static final int LAST_LINES = 20;

  private final Events to;
  private final Clock clock;
  private final Map<Digest, BuildEvent.Step> steps = new HashMap<>();
  private final Map<Digest, Deque<String>> logs = new HashMap<>();
  private final Ledger ledger = new Ledger();
  private final Set<Digest> reused = new HashSet<>();
  private final Map<Digest, Instant> starts = new HashMap<>();
  private final Map<Digest, List<BuildEvent.Fetched>> fetched = new HashMap<>();
  private final Map<Digest, List<BuildEvent.Kept>> kept = new HashMap<>();
  private final Map<Digest, BuildEvent.Ended> ends = new HashMap<>();
  private final Map<Digest, BuildEvent.Because> reasons = new HashMap<>();
  private final List<BuildEvent.Warned> warnings = new ArrayList<>();
  private Optional<Digest> failed = Optional.empty();

  Progressing(Events to, Clock clock) {
    this.to = to;
    this.clock = clock;
  }

  /** When a step ran, and how it ended. */
  record Timing(Optional<Instant> started, Optional<BuildEvent.Ended> ended) {
    String outcome() {
      return ended.isEmpty()
          ? "unused"
          : switch (ended.get().outcome()) {
            case Outcome.Ran _ -> "ran";
            case Outcome.Reused _ -> "reused";
            case Outcome.Failed _ -> "failed";
            case Outcome.Cancelled _ -> "cancelled";
          };
    }

    Duration queued(Instant since) {
      return started.map(at -> Duration.between(since, at)).orElse(Duration.ZERO);
    }

    Duration took() {
      return started.isPresent() && ended.isPresent()
          ? Duration.between(started.get(), ended.get().at())
          : Duration.ZERO;
    }
  }

  synchronized Timing timing(Digest vertex) {
    return new Timing(
        Optional.ofNullable(starts.get(vertex)), Optional.ofNullable(ends.get(vertex)));
  }

  /** Why a step ran; nothing if it did not. */
  synchronized Optional<BuildEvent.Because> because(Digest vertex) {
    return Optional.ofNullable(reasons.get(vertex));
  }

  synchronized List<BuildEvent.Warned> warnings() {
    return List.copyOf(warnings);
  }

  /** Whether any step ran that is more than a look at what is there. */
  synchronized boolean hasRun() {
    return !reasons.isEmpty();
  }

  /** Work of the engine's own, shown as a step that is not counted. */
  interface Work<T> {
    T run(Digest vertex) throws IOException, InterruptedException;
  }

  <T> T internal(String name, Work<T> work) throws IOException, InterruptedException {
    Digest vertex = Digest.ofText("internal " + name);
    Instant started = clock.instant();
    accept(new BuildEvent.Planned(started, List.of(new BuildEvent.Step(vertex, name, false))));
    accept(new BuildEvent.Started(started, vertex));
    try {
      T result = work.run(vertex);
      accept(ended(vertex, new Outcome.Ran(since(started))));
      return result;
    } catch (IOException | RuntimeException e) {
      accept(ended(vertex, new Outcome.Failed(since(started), String.valueOf(e.getMessage()))));
      throw e;
    } catch (InterruptedException e) {
      accept(ended(vertex, new Outcome.Cancelled()));
      throw e;
    }
  }

  private BuildEvent ended(Digest vertex, Outcome outcome) {
    return new BuildEvent.Ended(clock.instant(), vertex, outcome);
  }

  Duration since(Instant started) {
    return Duration.between(started, clock.instant());
  }

  @Override
  public synchronized void accept(BuildEvent event) {
    keep(event);
    to.accept(event);
  }

  private void keep(BuildEvent event) {
    ledger.accept(event);
    switch (event) {
      case BuildEvent.Planned planned ->
          planned.steps().forEach(step -> steps.putIfAbsent(step.vertex(), step));
      case BuildEvent.Wrote wrote -> log(wrote);
      case BuildEvent.Warned warned -> warnings.add(warned);
      case BuildEvent.Started(Instant at, Digest vertex) -> starts.put(vertex, at);
      case BuildEvent.Because because -> reasons.put(because.vertex(), because);
      case BuildEvent.Fetched one ->
          fetched.computeIfAbsent(one.vertex(), v -> new ArrayList<>()).add(one);
      case BuildEvent.Kept one ->
          kept.computeIfAbsent(one.vertex(), v -> new ArrayList<>()).add(one);
      case BuildEvent.Ended ended -> {
        ends.put(ended.vertex(), ended);
        Digest vertex = ended.vertex();
        switch (ended.outcome()) {
          case Outcome.Reused _ -> reused.add(vertex);
          case Outcome.Failed _ -> failed = failed.isEmpty() ? Optional.of(vertex) : failed;
          case Outcome.Ran _, Outcome.Cancelled _ -> {}
        }
      }
      case BuildEvent.Moved _,
          BuildEvent.Fetching _,
          BuildEvent.Uncounted _,
          BuildEvent.Noted _,
          BuildEvent.Wasted _ -> {}
    }
  }

  private void log(BuildEvent.Wrote wrote) {
    Deque<String> lines = logs.computeIfAbsent(wrote.vertex(), v -> new ArrayDeque<>());
    String open = lines.isEmpty() ? "" : lines.removeLast();
    String text = open + wrote.text();
    for (String line : text.split("\n", -1)) {
      lines.addLast(line);
      if (lines.size() > LAST_LINES + 1) {
        lines.removeFirst();
      }
    }
  }

  synchronized Optional<BuildEvent.Step> failed() {
    return failed.map(steps::get);
  }

  /** The last lines that a step wrote. */
  synchronized List<String> log(Digest vertex) {
    List<String> lines = new ArrayList<>(logs.getOrDefault(vertex, new ArrayDeque<>()));
    if (!lines.isEmpty() && lines.getLast().isEmpty()) {
      lines.removeLast();
    }
    return lines;
  }

  synchronized int counted() {
    return (int) steps.values().stream().filter(BuildEvent.Step::counted).count();
  }

  synchronized int reused() {
    return (int)
        steps.values().stream()
            .filter(step -> step.counted() && reused.contains(step.vertex()))
            .count();
  }

  /** Whether any step fetched something. */
  synchronized boolean hasFetched() {
    return !fetched.isEmpty();
  }

  /** What a step fetched. */
  synchronized List<BuildEvent.Fetched> fetched(Digest vertex) {
    return List.copyOf(fetched.getOrDefault(vertex, List.of()));
  }

  /** The cache mounts that a step used. */
  synchronized List<BuildEvent.Kept> kept(Digest vertex) {
    return List.copyOf(kept.getOrDefault(vertex, List.of()));
  }

  /** Where the bytes of the build came from. */
  synchronized Amounts amounts() {
    return ledger.total();
  }

  /** Where the bytes of a step came from. */
  synchronized Amounts amounts(Digest vertex) {
    return ledger.amounts(vertex);
  }

  /** Whether what some step fetched is not known. */
  synchronized boolean isIncomplete() {
    return ledger.isIncomplete();
  }

  /** Whether what this step fetched is not known. */
  synchronized boolean isUncounted(Digest vertex) {
    return ledger.isUncounted(vertex);
  }
}
