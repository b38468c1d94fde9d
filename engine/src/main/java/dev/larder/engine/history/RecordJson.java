package dev.larder.engine.history;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.larder.engine.digest.Digest;
import dev.larder.engine.event.Amounts;
import dev.larder.engine.event.Reason;
import dev.larder.engine.event.Waste;
import dev.larder.engine.graph.CacheKey;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/** Records of builds as JSON: one object, its members in a fixed order. */
final class RecordJson {
  private static final int VERSION = 2;

  private RecordJson() {}

  static JsonObject write(BuildRecord record) {
    JsonObject json = new JsonObject();
    json.addProperty("version", VERSION);
    json.addProperty("id", record.id());
    json.addProperty("started", record.started().toString());
    json.addProperty("tookMillis", record.took().toMillis());
    switch (record.outcome()) {
      case BuildRecord.Outcome.Built(Digest image, Optional<Digest> manifest) -> {
        json.addProperty("outcome", "built");
        json.addProperty("image", image.toString());
        manifest.ifPresent(digest -> json.addProperty("manifest", digest.toString()));
      }
      case BuildRecord.Outcome.Failed(String message) -> {
        json.addProperty("outcome", "failed");
        json.addProperty("message", message);
      }
      case BuildRecord.Outcome.Cancelled() -> json.addProperty("outcome", "cancelled");
    }
    json.add("versions", object(record.versions()));
    json.add("request", object(record.request()));
    json.add("ledger", amounts(record.amounts()));
    if (!record.waste().isEmpty()) {
      JsonArray found = new JsonArray();
      record.waste().forEach(one -> found.add(waste(one)));
      json.add("waste", found);
    }
    if (!record.warnings().isEmpty()) {
      JsonArray warnings = new JsonArray();
      record.warnings().forEach(one -> warnings.add(warning(one)));
      json.add("warnings", warnings);
    }
    JsonArray all = new JsonArray();
    record.steps().forEach(step -> all.add(step(step)));
    json.add("steps", all);
    return json;
  }

  private static JsonObject waste(Waste waste) {
    JsonObject json = new JsonObject();
    json.addProperty("vertex", waste.vertex().toString());
    json.addProperty("step", waste.step());
    json.addProperty("kind", waste.kind().word());
    json.addProperty("bytes", waste.bytes());
    json.addProperty("text", waste.text());
    json.addProperty("hint", waste.hint());
    return json;
  }

  private static JsonObject warning(BuildRecord.Warning warning) {
    JsonObject json = new JsonObject();
    warning.vertex().ifPresent(vertex -> json.addProperty("vertex", vertex.toString()));
    json.addProperty("text", warning.text());
    return json;
  }

  private static JsonObject object(SequencedMap<String, String> texts) {
    JsonObject json = new JsonObject();
    texts.forEach(json::addProperty);
    return json;
  }

  private static JsonObject step(BuildRecord.Step step) {
    JsonObject json = new JsonObject();
    json.addProperty("vertex", step.vertex().toString());
    json.addProperty("name", step.name());
    BuildRecord.Place place = step.place();
    addText(json, "stage", place.stage());
    if (place.number() > 0) {
      json.addProperty("number", place.number());
    }
    addText(json, "instruction", place.instruction());
    addText(json, "args", String.join(" ", place.args()));
    addText(json, "imageName", place.image());
    addText(json, "imageDigest", place.imageDigest());
    json.add("inputs", array(step.inputs()));
    json.addProperty("kind", step.parts().kind());
    json.add("parts", object(step.parts().parts()));
    step.key().ifPresent(digest -> json.addProperty("key", digest.toString()));
    json.add("inputKeys", array(step.inputKeys()));
    json.addProperty("outcome", step.outcome());
    json.addProperty("queuedMillis", step.queued().toMillis());
    json.addProperty("tookMillis", step.took().toMillis());
    if (!step.amounts().equals(Amounts.NONE) || step.uncounted()) {
      JsonObject bytes = amounts(step.amounts());
      bytes.addProperty("complete", !step.uncounted());
      json.add("ledger", bytes);
    }
    if (!step.reasons().isEmpty()) {
      JsonArray reasons = new JsonArray();
      step.reasons().forEach(reason -> reasons.add(ReasonJson.write(reason)));
      json.add("reasons", reasons);
      addText(json, "against", step.against());
    }
    return json;
  }

  private static void addText(JsonObject json, String name, String value) {
    if (!value.isEmpty()) {
      json.addProperty(name, value);
    }
  }

  private static JsonArray array(List<Digest> digests) {
    JsonArray array = new JsonArray();
    digests.forEach(digest -> array.add(digest.toString()));
    return array;
  }

  private static JsonObject amounts(Amounts amounts) {
    JsonObject json = new JsonObject();
    amounts.named().forEach(json::addProperty);
    return json;
  }

  /**
   * Inverts {@link #write}. What an earlier version did not write is empty.
   *
   * @throws IllegalArgumentException if it is not a record
   */
  static BuildRecord parse(String text) {
    try {
      return record(JsonParser.parseString(text).getAsJsonObject());
    } catch (JsonParseException
        | IllegalStateException
        | UnsupportedOperationException
        | NullPointerException
        | DateTimeException e) {
      throw new IllegalArgumentException("not a record of a build: " + e.getMessage(), e);
    }
  }

  private static BuildRecord record(JsonObject json) {
    int version = json.get("version").getAsInt();
    if (version > VERSION) {
      throw new IllegalArgumentException(
          "a record of version " + version + " was written by a newer Larder");
    }
    String how = json.get("outcome").getAsString();
    BuildRecord.Outcome outcome =
        switch (how) {
          case "built" ->
              new BuildRecord.Outcome.Built(
                  Digest.parse(json.get("image").getAsString()), digest(json, "manifest"));
          case "failed" -> new BuildRecord.Outcome.Failed(text(json, "message"));
          case "cancelled" -> new BuildRecord.Outcome.Cancelled();
          default -> throw new IllegalArgumentException("unknown outcome " + how);
        };
    List<BuildRecord.Step> steps = new ArrayList<>();
    for (JsonElement step : json.getAsJsonArray("steps")) {
      steps.add(readStep(step.getAsJsonObject()));
    }
    return new BuildRecord(
        json.get("id").getAsString(),
        Instant.parse(json.get("started").getAsString()),
        Duration.ofMillis(number(json, "tookMillis")),
        outcome,
        texts(json.getAsJsonObject("request")),
        steps,
        readAmounts(json.getAsJsonObject("ledger")),
        readWaste(json),
        readWarnings(json),
        json.has("versions") ? texts(json.getAsJsonObject("versions")) : new LinkedHashMap<>());
  }

  private static List<BuildRecord.Warning> readWarnings(JsonObject record) {
    List<BuildRecord.Warning> warnings = new ArrayList<>();
    if (record.has("warnings")) {
      for (JsonElement element : record.getAsJsonArray("warnings")) {
        JsonObject json = element.getAsJsonObject();
        warnings.add(new BuildRecord.Warning(digest(json, "vertex"), text(json, "text")));
      }
    }
    return warnings;
  }

  private static Optional<Digest> digest(JsonObject json, String name) {
    return json.has(name) ? Optional.of(Digest.parse(text(json, name))) : Optional.empty();
  }

  private static List<Waste> readWaste(JsonObject record) {
    List<Waste> waste = new ArrayList<>();
    if (record.has("waste")) {
      for (JsonElement element : record.getAsJsonArray("waste")) {
        JsonObject json = element.getAsJsonObject();
        waste.add(
            new Waste(
                Digest.parse(json.get("vertex").getAsString()),
                text(json, "step"),
                Waste.Kind.of(text(json, "kind")),
                number(json, "bytes"),
                text(json, "text"),
                text(json, "hint")));
      }
    }
    return waste;
  }

  private static BuildRecord.Step readStep(JsonObject json) {
    JsonObject ledger = json.getAsJsonObject("ledger");
    List<Reason> reasons = new ArrayList<>();
    if (json.has("reasons")) {
      json.getAsJsonArray("reasons")
          .forEach(reason -> reasons.add(ReasonJson.read(reason.getAsJsonObject())));
    }
    String args = text(json, "args");
    return new BuildRecord.Step(
        Digest.parse(json.get("vertex").getAsString()),
        json.get("name").getAsString(),
        digests(json.getAsJsonArray("inputs")),
        new CacheKey(json.get("kind").getAsString(), texts(json.getAsJsonObject("parts"))),
        digest(json, "key"),
        digests(json.getAsJsonArray("inputKeys")),
        json.get("outcome").getAsString(),
        Duration.ofMillis(number(json, "queuedMillis")),
        Duration.ofMillis(number(json, "tookMillis")),
        readAmounts(ledger),
        ledger != null && !ledger.get("complete").getAsBoolean(),
        new BuildRecord.Place(
            text(json, "stage"),
            (int) number(json, "number"),
            text(json, "instruction"),
            args.isEmpty() ? List.of() : List.of(args.split(" ")),
            text(json, "imageName"),
            text(json, "imageDigest")),
        reasons,
        text(json, "against"));
  }

  private static Amounts readAmounts(@Nullable JsonObject json) {
    if (json == null) {
      return Amounts.NONE;
    }
    return new Amounts(
        number(json, "network"),
        number(json, "registry"),
        number(json, "packageStore"),
        number(json, "context"),
        number(json, "mountsHeld"),
        number(json, "mountsFilled"),
        number(json, "sent"),
        (int) number(json, "downloads"),
        (int) number(json, "reused"),
        (int) number(json, "checked"),
        (int) number(json, "refused"),
        (int) number(json, "failed"));
  }

  private static List<Digest> digests(JsonArray array) {
    List<Digest> digests = new ArrayList<>();
    array.forEach(digest -> digests.add(Digest.parse(digest.getAsString())));
    return digests;
  }

  private static SequencedMap<String, String> texts(JsonObject json) {
    SequencedMap<String, String> texts = new LinkedHashMap<>();
    json.entrySet().forEach(entry -> texts.put(entry.getKey(), entry.getValue().getAsString()));
    return texts;
  }

  private static String text(JsonObject json, String name) {
    JsonElement value = json.get(name);
    return value == null ? "" : value.getAsString();
  }

  private static long number(JsonObject json, String name) {
    JsonElement value = json.get(name);
    return value == null ? 0 : value.getAsLong();
  }
}
