package dev.larder.engine.history;

import dev.larder.engine.digest.Digest;
import dev.larder.engine.event.Amounts;
import dev.larder.engine.event.Reason;
import dev.larder.engine.event.Waste;
import dev.larder.engine.graph.CacheKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * What is kept of one build.
 *
 * @param id sorts by time
 * @param started when it was asked for
 * @param took until its end
 * @param outcome how it ended
 * @param request what was asked for, by name; nothing secret
 * @param steps its vertices, inputs before what uses them
 * @param amounts where its bytes came from
 * @param waste what was downloaded in vain
 * @param warnings what it said besides
 * @param versions of what built it, by name
 */
public record BuildRecord(
    String id,
    Instant started,
    Duration took,
    Outcome outcome,
    SequencedMap<String, String> request,
    List<Step> steps,
    Amounts amounts,
    List<Waste> waste,
    List<Warning> warnings,
    SequencedMap<String, String> versions) {
  public BuildRecord {
    steps = List.copyOf(steps);
    waste = List.copyOf(waste);
    warnings = List.copyOf(warnings);
  }

  /** Its instructions that ended in this way, as {@link Step} names outcomes. */
  public long count(String outcome) {
    return steps.stream()
        .filter(step -> step.place().number() > 0 && step.outcome().equals(outcome))
        .count();
  }

  /**
   * Its instructions that a word may mean: a number, which counts in the last stage; {@code
   * STAGE:NUMBER}; else a part of their names.
   */
  public List<Step> steps(String word) {
    List<Step> counted = steps.stream().filter(step -> step.place().number() > 0).toList();
    if (word.matches("(.+:)?\\d{1,6}")) {
      int colon = word.lastIndexOf(':');
      int number = Integer.parseInt(word.substring(colon + 1));
      String stage =
          colon >= 0
              ? word.substring(0, colon)
              : counted.isEmpty() ? "" : counted.getLast().place().stage();
      return counted.stream()
          .filter(step -> step.place().number() == number && step.place().stage().equals(stage))
          .toList();
    }
    return counted.stream().filter(step -> step.name().contains(word)).toList();
  }

  /** {@code built}, {@code failed}, {@code cancelled}. */
  public String status() {
    return switch (outcome) {
      case Outcome.Built _ -> "built";
      case Outcome.Failed _ -> "failed";
      case Outcome.Cancelled() -> "cancelled";
    };
  }

  /**
   * Something that the user should have known.
   *
   * @param vertex the step that it is about, if it is about one
   */
  public record Warning(Optional<Digest> vertex, String text) {}

  /** How a build ended. */
  public sealed interface Outcome {
    /** With the digests of its config and, where an output made one, of its manifest. */
    record Built(Digest image, Optional<Digest> manifest) implements Outcome {}

    record Failed(String message) implements Outcome {}

    record Cancelled() implements Outcome {}
  }

  /**
   * One vertex.
   *
   * @param vertex its id in this build's graph
   * @param name as it was shown
   * @param inputs ids of the vertices it stands on
   * @param parts what its operation was made from
   * @param key the cache key that it was found under or got, if it came so far
   * @param inputKeys one key of each input
   * @param outcome {@code ran}, {@code reused}, {@code failed}, {@code cancelled}, {@code unused}
   * @param queued from the start of the build until it ran
   * @param took how long it ran
   * @param amounts where its bytes came from
   * @param uncounted whether it had the machine's own network, so that what it fetched is unknown
   * @param place where the Dockerfile has it
   * @param reasons why it ran, the first cause first
   * @param against the id of the build that it was compared with; empty for none
   */
  public record Step(
      Digest vertex,
      String name,
      List<Digest> inputs,
      CacheKey parts,
      Optional<Digest> key,
      List<Digest> inputKeys,
      String outcome,
      Duration queued,
      Duration took,
      Amounts amounts,
      boolean uncounted,
      Place place,
      List<Reason> reasons,
      String against) {
    public Step {
      inputs = List.copyOf(inputs);
      inputKeys = List.copyOf(inputKeys);
      reasons = List.copyOf(reasons);
    }
  }

  /**
   * Where a step stands, and what people call what it is made from.
   *
   * @param stage the stage's name; empty where there is only one
   * @param number in its stage, from 1; 0 is something internal
   * @param instruction {@code RUN make}
   * @param args names of the build arguments that it sees
   * @param image of an image its name, else empty
   * @param imageDigest of an image its digest, else empty
   */
  public record Place(
      String stage,
      int number,
      String instruction,
      List<String> args,
      String image,
      String imageDigest) {
    public static final Place NONE = new Place("", 0, "", List.of(), "", "");

    public Place {
      args = List.copyOf(args);
    }
  }
}
