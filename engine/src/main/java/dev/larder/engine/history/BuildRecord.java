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
 */
public record BuildRecord(
    String id,
    Instant started,
    Duration took,
    Outcome outcome,
    SequencedMap<String, String> request,
    List<Step> steps,
    Amounts amounts,
    List<Waste> waste) {
  public BuildRecord {
    steps = List.copyOf(steps);
    waste = List.copyOf(waste);
  }

  /** How a build ended. */
  public sealed interface Outcome {
    record Built(Digest image) implements Outcome {}

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
      List<Reason> reasons) {
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
