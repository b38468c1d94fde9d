package dev.larder.cli.progress;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.larder.engine.digest.Digest;
import dev.larder.engine.event.Amounts;
import dev.larder.engine.event.BuildEvent;
import dev.larder.engine.event.BuildEvent.Outcome;
import dev.larder.engine.event.Ledger;
import dev.larder.engine.event.Waste;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One JSON object a line, as {@code buildx build --progress=rawjson} writes them: the JSON form of
 * BuildKit's {@code SolveStatus}. Bytes are told of by a member of our own, {@code ledger}, which
 * readers of that form pass over.
 */
public final class RawJsonProgress implements Progress {
  private final PrintStream out;
  private final Map<Digest, JsonObject> vertexes = new HashMap<>();
  private final Map<String, Instant> moving = new HashMap<>();
  private final Set<String> complete = new HashSet<>();
  private final Ledger ledger = new Ledger();
  private Instant last = Instant.EPOCH;
  private boolean closed;

  /** Writes to this stream. */
  public RawJsonProgress(PrintStream out) {
    this.out = out;
  }

  @Override
  public synchronized void accept(BuildEvent event) {
    ledger.accept(event);
    last = event.at();
    switch (event) {
      case BuildEvent.Planned planned -> {
        JsonArray all = new JsonArray();
        planned.steps().forEach(step -> all.add(planned(step)));
        write("vertexes", all);
      }
      case BuildEvent.Started(Instant at, Digest vertex) -> {
        JsonObject json = vertex(vertex);
        json.addProperty("started", at.toString());
        write("vertexes", json);
      }
      case BuildEvent.Wrote wrote -> log(wrote);
      case BuildEvent.Moved moved -> moved(moved);
      case BuildEvent.Fetching(Instant at, Digest vertex, String url, long done) ->
          write("statuses", status(at, vertex, url, "downloading", done));
      case BuildEvent.Fetched fetched -> fetched(fetched);
      case BuildEvent.Uncounted(Instant at, Digest vertex) -> {
        JsonObject json = about(at, vertex);
        json.addProperty("uncounted", true);
        write("ledger", json);
      }
      case BuildEvent.Kept kept -> kept(kept);
      case BuildEvent.Because because ->
          noted(because.at(), because.vertex(), Because.line(because));
      case BuildEvent.Noted(Instant at, Digest vertex, String text) -> noted(at, vertex, text);
      case BuildEvent.Warned warned -> warned(warned);
      case BuildEvent.Wasted(Instant at, Waste waste) -> {
        JsonObject json = about(at, waste.vertex());
        json.addProperty("waste", waste.kind().word());
        json.addProperty("bytes", waste.bytes());
        json.addProperty("text", waste.text());
        json.addProperty("hint", waste.hint());
        write("ledger", json);
      }
      case BuildEvent.Ended ended -> ended(ended);
    }
  }

  private void noted(Instant at, Digest vertex, String text) {
    JsonObject json = status(at, vertex, text, "", 0);
    json.addProperty("completed", at.toString());
    write("statuses", json);
  }

  @Override
  public void tick(Instant now) {}

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      JsonObject json = new JsonObject();
      json.addProperty("timestamp", last.toString());
      json.add("sum", amounts(ledger.total()));
      json.addProperty("complete", !ledger.isIncomplete());
      write("ledger", json);
    }
    out.flush();
  }

  /** Each amount by its name. */
  public static JsonObject amounts(Amounts amounts) {
    JsonObject json = new JsonObject();
    amounts.named().forEach(json::addProperty);
    return json;
  }

  private JsonObject vertex(Digest vertex) {
    return vertexes.computeIfAbsent(
        vertex,
        v -> {
          JsonObject json = new JsonObject();
          json.addProperty("digest", v.toString());
          return json;
        });
  }

  private JsonObject planned(BuildEvent.Step step) {
    JsonObject json = vertex(step.vertex());
    if (!json.has("name")) {
      if (!step.inputs().isEmpty()) {
        JsonArray inputs = new JsonArray();
        step.inputs().forEach(input -> inputs.add(input.toString()));
        json.add("inputs", inputs);
      }
      json.addProperty("name", step.name());
    }
    return json;
  }

  private static JsonObject about(Instant at, Digest vertex) {
    JsonObject json = new JsonObject();
    json.addProperty("vertex", vertex.toString());
    json.addProperty("timestamp", at.toString());
    return json;
  }

  private JsonObject status(Instant at, Digest vertex, String id, String name, long current) {
    JsonObject json = new JsonObject();
    json.addProperty("id", id);
    json.addProperty("vertex", vertex.toString());
    if (!name.isEmpty()) {
      json.addProperty("name", name);
    }
    json.addProperty("current", current);
    json.addProperty("timestamp", at.toString());
    Instant started = moving.computeIfAbsent(vertex + " " + id, key -> at);
    json.addProperty("started", started.toString());
    return json;
  }

  private void log(BuildEvent.Wrote wrote) {
    JsonObject json = new JsonObject();
    json.addProperty("vertex", wrote.vertex().toString());
    json.addProperty("stream", wrote.channel() == BuildEvent.Channel.STDOUT ? 1 : 2);
    json.addProperty("data", base64(wrote.text()));
    json.addProperty("timestamp", wrote.at().toString());
    write("logs", json);
  }

  private void moved(BuildEvent.Moved moved) {
    String id =
        PlainStep.isContext(moved.what()) ? "transferring " + moved.what() + ":" : moved.what();
    if (complete.contains(moved.vertex() + " " + id)) {
      return;
    }
    String name = PlainStep.isContext(moved.what()) ? "transferring" : "downloading";
    JsonObject json = status(moved.at(), moved.vertex(), id, name, moved.done());
    moved.total().ifPresent(total -> json.addProperty("total", total));
    if (moved.total().isPresent() && moved.done() >= moved.total().getAsLong()) {
      json.addProperty("completed", moved.at().toString());
      complete.add(moved.vertex() + " " + id);
    }
    write("statuses", json);
  }

  private void fetched(BuildEvent.Fetched fetched) {
    long bytes = fetched.network() + fetched.store();
    if (moving.containsKey(fetched.vertex() + " " + fetched.url())) {
      JsonObject json = status(fetched.at(), fetched.vertex(), fetched.url(), "downloading", bytes);
      json.addProperty("completed", fetched.at().toString());
      write("statuses", json);
      moving.remove(fetched.vertex() + " " + fetched.url());
    }
    JsonObject json = about(fetched.at(), fetched.vertex());
    json.addProperty("url", fetched.url());
    json.addProperty("how", fetched.how().name().toLowerCase(Locale.ROOT));
    json.addProperty("network", fetched.network());
    json.addProperty("packageStore", fetched.store());
    json.addProperty("sent", fetched.sent());
    write("ledger", json);
  }

  private void kept(BuildEvent.Kept kept) {
    JsonObject json = about(kept.at(), kept.vertex());
    json.addProperty("mount", kept.id());
    json.addProperty("target", kept.target());
    json.addProperty("before", kept.before());
    json.addProperty("after", kept.after());
    write("ledger", json);
  }

  private void warned(BuildEvent.Warned warned) {
    JsonObject json = new JsonObject();
    Optional<Digest> vertex = warned.vertex();
    vertex.ifPresent(v -> json.addProperty("vertex", v.toString()));
    json.addProperty("level", 1);
    json.addProperty("short", base64(warned.text()));
    write("warnings", json);
  }

  private void ended(BuildEvent.Ended ended) {
    String at = ended.at().toString();
    JsonObject json = vertex(ended.vertex());
    if (json.has("completed")) {
      return;
    }
    if (!json.has("started")) {
      json.addProperty("started", at);
    }
    json.addProperty("completed", at);
    @Nullable String error =
        switch (ended.outcome()) {
          case Outcome.Ran _ -> null;
          case Outcome.Reused() -> {
            json.addProperty("cached", true);
            yield null;
          }
          case Outcome.Failed(var _, String message) -> message;
          case Outcome.Cancelled() -> "context canceled";
        };
    if (error != null) {
      json.addProperty("error", error);
    }
    Amounts amounts = ledger.amounts(ended.vertex());
    if (!amounts.equals(Amounts.NONE)) {
      JsonObject sum = about(ended.at(), ended.vertex());
      sum.add("sum", amounts(amounts));
      sum.addProperty("complete", !ledger.isUncounted(ended.vertex()));
      write("ledger", sum);
    }
    write("vertexes", json);
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private void write(String member, JsonObject one) {
    JsonArray all = new JsonArray();
    all.add(one);
    write(member, all);
  }

  private void write(String member, JsonElement all) {
    JsonObject line = new JsonObject();
    line.add(member, all);
    out.println(line);
    out.flush();
  }
}
