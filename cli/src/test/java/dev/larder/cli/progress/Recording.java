package dev.larder.cli.progress;

import dev.larder.engine.digest.Digest;
import dev.larder.engine.event.BuildEvent;
import dev.larder.engine.event.BuildEvent.Channel;
import dev.larder.engine.event.BuildEvent.How;
import dev.larder.engine.event.BuildEvent.Outcome;
import dev.larder.engine.event.BuildEvent.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** A recorded stream of events: a line each, with seconds, what happened, and the step's letter. */
final class Recording {
  static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private final Map<String, Instant> started = new HashMap<>();

  private Recording() {}

  static List<BuildEvent> read(Path file) throws IOException {
    Recording recording = new Recording();
    List<BuildEvent> events = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      if (!line.isBlank() && !line.startsWith("#")) {
        events.add(recording.event(line));
      }
    }
    return events;
  }

  private BuildEvent event(String line) {
    String[] words = line.split(" ", 4);
    Instant at = START.plusNanos((long) (Double.parseDouble(words[0]) * 1e9));
    Digest vertex = Digest.ofText(words[2]);
    String text = words.length > 3 ? words[3].translateEscapes() : "";
    // Characters that a text file should not hold are written as <U+1B>.
    text = unicode(text);
    Duration took = Duration.between(started.getOrDefault(words[2], at), at);
    return switch (words[1]) {
      case "plan" -> new BuildEvent.Planned(at, List.of(new BuildEvent.Step(vertex, text, true)));
      case "start" -> {
        started.put(words[2], at);
        yield new BuildEvent.Started(at, vertex);
      }
      case "write" -> new BuildEvent.Wrote(at, vertex, Channel.STDOUT, text);
      case "fetching" -> fetching(at, vertex, text.split(" "));
      case "fetched" -> fetched(at, vertex, text.split(" "));
      case "kept" -> kept(at, vertex, text.split(" "));
      case "note" -> new BuildEvent.Noted(at, vertex, text);
      case "warn" -> new BuildEvent.Warned(at, Optional.empty(), text);
      case "move" -> moved(at, vertex, text.split(" "));
      case "ran" -> new BuildEvent.Ended(at, vertex, new Outcome.Ran(took));
      case "reused" -> new BuildEvent.Ended(at, vertex, new Outcome.Reused());
      case "failed" -> new BuildEvent.Ended(at, vertex, new Outcome.Failed(took, text));
      case "cancelled" -> new BuildEvent.Ended(at, vertex, new Outcome.Cancelled());
      default -> throw new IllegalArgumentException(line);
    };
  }

  private static BuildEvent moved(Instant at, Digest vertex, String[] words) {
    Source source = Source.valueOf(words[0].toUpperCase(Locale.ROOT));
    OptionalLong total =
        words.length > 3 ? OptionalLong.of(Long.parseLong(words[3])) : OptionalLong.empty();
    return new BuildEvent.Moved(at, vertex, words[1], source, Long.parseLong(words[2]), total);
  }

  private static BuildEvent fetching(Instant at, Digest vertex, String[] words) {
    return new BuildEvent.Fetching(at, vertex, words[0], Long.parseLong(words[1]));
  }

  private static BuildEvent fetched(Instant at, Digest vertex, String[] words) {
    How how = How.valueOf(words[1].toUpperCase(Locale.ROOT));
    long network = Long.parseLong(words[2]);
    return new BuildEvent.Fetched(at, vertex, words[0], how, network, Long.parseLong(words[3]), 0);
  }

  private static BuildEvent kept(Instant at, Digest vertex, String[] words) {
    return new BuildEvent.Kept(
        at, vertex, words[0], words[0], Long.parseLong(words[1]), Long.parseLong(words[2]));
  }

  private static String unicode(String text) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      if (text.startsWith("<U+", i)) {
        int end = text.indexOf('>', i);
        out.append((char) Integer.parseInt(text.substring(i + 3, end), 16));
        i = end;
      } else {
        out.append(text.charAt(i));
      }
    }
    return out.toString();
  }
}
