package dev.larder.engine.history;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.larder.engine.digest.Digest;
import dev.larder.engine.event.BuildEvent;
import dev.larder.engine.event.BuildEvent.Channel;
import dev.larder.engine.event.BuildEvent.Outcome;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Tells a build once more, by the events that it consisted of as far as its record has them. */
public final class Replay {
  private Replay() {}

  /**
   * The events of a build, by time.
   *
   * @param log the lines that {@link LogWriter} wrote; those torn by a crash are left out
   */
  public static List<BuildEvent> of(BuildRecord record, List<String> log) {
    List<BuildEvent> events = new ArrayList<>();
    for (BuildRecord.Step step : record.steps()) {
      if (!isUnused(step)) {
        add(record, step, events);
      }
    }
    for (BuildRecord.Warning warning : record.warnings()) {
      Instant at =
          warning
              .vertex()
              .flatMap(vertex -> step(record, vertex))
              .map(step -> ended(record, step))
              .orElse(record.started().plus(record.took()));
      events.add(new BuildEvent.Warned(at, warning.vertex(), warning.text()));
    }
    for (String line : log) {
      wrote(line, record).ifPresent(events::add);
    }
    events.sort(Comparator.comparing(BuildEvent::at).thenComparingInt(Replay::rank));
    events.addFirst(planned(record));
    return events;
  }

  private static boolean isUnused(BuildRecord.Step step) {
    return step.outcome().equals("unused");
  }

  private static BuildEvent planned(BuildRecord record) {
    return new BuildEvent.Planned(
        record.started(),
        record.steps().stream()
            .filter(step -> !isUnused(step))
            .map(
                step ->
                    new BuildEvent.Step(
                        step.vertex(), step.name(), step.place().number() > 0, step.inputs()))
            .toList());
  }

  private static void add(BuildRecord record, BuildRecord.Step step, List<BuildEvent> events) {
    Instant began = record.started().plus(step.queued());
    Digest vertex = step.vertex();
    if (!step.outcome().equals("reused")) {
      events.add(new BuildEvent.Started(began, vertex));
    }
    if (!step.reasons().isEmpty()) {
      events.add(new BuildEvent.Because(began, vertex, step.reasons(), step.against()));
    }
    Outcome outcome =
        switch (step.outcome()) {
          case "reused" -> new Outcome.Reused();
          case "cancelled" -> new Outcome.Cancelled();
          case "failed" ->
              new Outcome.Failed(
                  step.took(),
                  record.outcome() instanceof BuildRecord.Outcome.Failed(String message)
                      ? message
                      : "");
          default -> new Outcome.Ran(step.took());
        };
    events.add(new BuildEvent.Ended(ended(record, step), vertex, outcome));
  }

  private static Instant ended(BuildRecord record, BuildRecord.Step step) {
    return record.started().plus(step.queued()).plus(step.took());
  }

  private static Optional<BuildRecord.Step> step(BuildRecord record, Digest vertex) {
    return record.steps().stream().filter(step -> step.vertex().equals(vertex)).findFirst();
  }

  private static Optional<BuildEvent> wrote(String line, BuildRecord record) {
    try {
      JsonObject json = JsonParser.parseString(line).getAsJsonObject();
      Digest vertex = Digest.parse(json.get("vertex").getAsString());
      Instant at = Instant.parse(json.get("at").getAsString());
      Instant end = step(record, vertex).map(step -> ended(record, step)).orElse(at);
      return Optional.of(
          new BuildEvent.Wrote(
              at.isAfter(end) ? end : at,
              vertex,
              json.get("stream").getAsInt() == 1 ? Channel.STDOUT : Channel.STDERR,
              json.get("text").getAsString()));
    } catch (JsonParseException
        | IllegalStateException
        | IllegalArgumentException
        | UnsupportedOperationException
        | DateTimeException
        | NullPointerException torn) {
      return Optional.empty();
    }
  }

  /** What comes first of what has the same time: those of steps are kept in milliseconds. */
  private static int rank(BuildEvent event) {
    return switch (event) {
      case BuildEvent.Started _ -> 0;
      case BuildEvent.Because _ -> 1;
      case BuildEvent.Ended _ -> 3;
      default -> 2;
    };
  }
}
