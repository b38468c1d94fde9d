package dev.larder.engine.history;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.larder.engine.digest.Digest;
import dev.larder.engine.event.Amounts;
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
 */
public record BuildRecord(
    String id,
    Instant started,
    Duration took,
    Outcome outcome,
    SequencedMap<String, String> request,
    List<Step> steps,
    Amounts amounts) {
  private static final int VERSION = 1;

  public BuildRecord {
    steps = List.copyOf(steps);
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
      boolean uncounted) {
    public Step {
      inputs = List.copyOf(inputs);
      inputKeys = List.copyOf(inputKeys);
    }

    private JsonObject json() {
      JsonObject json = new JsonObject();
      json.addProperty("vertex", vertex.toString());
      json.addProperty("name", name);
      json.add("inputs", array(inputs));
      json.addProperty("kind", parts.kind());
      JsonObject all = new JsonObject();
      parts.parts().forEach(all::addProperty);
      json.add("parts", all);
      key.ifPresent(digest -> json.addProperty("key", digest.toString()));
      json.add("inputKeys", array(inputKeys));
      json.addProperty("outcome", outcome);
      json.addProperty("queuedMillis", queued.toMillis());
      json.addProperty("tookMillis", took.toMillis());
      if (!amounts.equals(Amounts.NONE) || uncounted) {
        JsonObject bytes = BuildRecord.json(amounts);
        bytes.addProperty("complete", !uncounted);
        json.add("ledger", bytes);
      }
      return json;
    }
  }

  private static JsonArray array(List<Digest> digests) {
    JsonArray array = new JsonArray();
    digests.forEach(digest -> array.add(digest.toString()));
    return array;
  }

  private static JsonObject json(Amounts amounts) {
    JsonObject json = new JsonObject();
    amounts.named().forEach(json::addProperty);
    return json;
  }

  /** The record as it is written: one object, its members in this order. */
  JsonObject json() {
    JsonObject json = new JsonObject();
    json.addProperty("version", VERSION);
    json.addProperty("id", id);
    json.addProperty("started", started.toString());
    json.addProperty("tookMillis", took.toMillis());
    switch (outcome) {
      case Outcome.Built(Digest image) -> {
        json.addProperty("outcome", "built");
        json.addProperty("image", image.toString());
      }
      case Outcome.Failed(String message) -> {
        json.addProperty("outcome", "failed");
        json.addProperty("message", message);
      }
      case Outcome.Cancelled() -> json.addProperty("outcome", "cancelled");
    }
    JsonObject asked = new JsonObject();
    request.forEach(asked::addProperty);
    json.add("request", asked);
    json.add("ledger", json(amounts));
    JsonArray all = new JsonArray();
    steps.forEach(step -> all.add(step.json()));
    json.add("steps", all);
    return json;
  }
}
