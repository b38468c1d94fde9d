package dev.larder.engine.service;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** The form of {@code state.json}. */
final class StateJson {
  private StateJson() {}

  static JsonObject write(ServiceState state) {
    JsonObject json = new JsonObject();
    json.addProperty("phase", state.phase().name());
    state.container().ifPresent(p -> json.add("container", p.json()));
    state.monitor().ifPresent(p -> json.add("monitor", p.json()));
    state.started().ifPresent(t -> json.addProperty("started", t.toString()));
    state.finished().ifPresent(t -> json.addProperty("finished", t.toString()));
    state.exitCode().ifPresent(c -> json.addProperty("exitCode", c));
    json.addProperty("problem", state.problem());
    json.addProperty("hint", state.hint());
    json.addProperty("restarts", state.restarts());
    json.addProperty("address", state.address());
    json.add("ports", SpecJson.ports(state.ports()));
    json.addProperty("logStart", state.logStart());
    JsonObject health = new JsonObject();
    health.addProperty("status", state.health().status().name());
    health.addProperty("failures", state.health().failures());
    state.health().exitCode().ifPresent(c -> health.addProperty("exitCode", c));
    health.addProperty("output", state.health().output());
    json.add("health", health);
    JsonArray notes = new JsonArray();
    state.notes().forEach(notes::add);
    json.add("notes", notes);
    return json;
  }

  static ServiceState read(JsonObject json) {
    JsonObject health = json.getAsJsonObject("health");
    List<String> notes = new ArrayList<>();
    json.getAsJsonArray("notes").forEach(n -> notes.add(n.getAsString()));
    return new ServiceState(
        Phase.valueOf(json.get("phase").getAsString()),
        process(json.get("container")),
        process(json.get("monitor")),
        time(json.get("started")),
        time(json.get("finished")),
        number(json.get("exitCode")),
        json.get("problem").getAsString(),
        json.get("hint").getAsString(),
        json.get("restarts").getAsInt(),
        json.get("address").getAsString(),
        SpecJson.ports(json.getAsJsonArray("ports")),
        json.get("logStart").getAsLong(),
        new Health(
            Health.Status.valueOf(health.get("status").getAsString()),
            health.get("failures").getAsInt(),
            number(health.get("exitCode")),
            health.get("output").getAsString()),
        notes);
  }

  private static Optional<ProcessName> process(@Nullable JsonElement json) {
    return json == null ? Optional.empty() : Optional.of(ProcessName.read(json.getAsJsonObject()));
  }

  private static Optional<Instant> time(@Nullable JsonElement json) {
    return json == null ? Optional.empty() : Optional.of(Instant.parse(json.getAsString()));
  }

  private static OptionalInt number(@Nullable JsonElement json) {
    return json == null ? OptionalInt.empty() : OptionalInt.of(json.getAsInt());
  }
}
