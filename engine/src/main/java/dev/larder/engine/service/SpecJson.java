package dev.larder.engine.service;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/** The form of {@code spec.json}. */
final class SpecJson {
  private SpecJson() {}

  static JsonObject write(ServiceSpec spec) {
    JsonObject json = new JsonObject();
    json.addProperty("project", spec.project());
    json.addProperty("service", spec.service());
    json.addProperty("containerName", spec.containerName());
    json.addProperty("image", spec.image());
    json.addProperty("imageId", spec.imageId());
    json.add("layers", texts(spec.layers()));
    json.add("argv", texts(spec.argv()));
    json.add("environment", map(spec.environment()));
    json.addProperty("workingDir", spec.workingDir());
    json.addProperty("user", spec.user());
    json.addProperty("hostname", spec.hostname());
    json.addProperty("network", spec.network().name());
    json.add("aliases", texts(spec.aliases()));
    json.add("extraHosts", map(spec.extraHosts()));
    json.add("ports", ports(spec.ports()));
    JsonArray mounts = new JsonArray();
    spec.mounts().forEach(m -> mounts.add(mount(m)));
    json.add("mounts", mounts);
    spec.health().ifPresent(h -> json.add("health", health(h)));
    JsonObject restart = new JsonObject();
    restart.addProperty("kind", spec.restart().kind().name());
    restart.addProperty("most", spec.restart().most());
    json.add("restart", restart);
    json.addProperty("stopSignal", spec.stopSignal());
    json.addProperty("stopGrace", spec.stopGrace().toString());
    spec.shmSize().ifPresent(s -> json.addProperty("shmSize", s));
    json.addProperty("readOnly", spec.readOnly());
    json.add("labels", map(spec.labels()));
    return json;
  }

  static ServiceSpec read(JsonObject json) {
    JsonObject restart = json.getAsJsonObject("restart");
    List<Mount> mounts = new ArrayList<>();
    json.getAsJsonArray("mounts").forEach(m -> mounts.add(mount(m.getAsJsonObject())));
    return new ServiceSpec(
        text(json, "project"),
        text(json, "service"),
        text(json, "containerName"),
        text(json, "image"),
        text(json, "imageId"),
        texts(json, "layers"),
        texts(json, "argv"),
        map(json, "environment"),
        text(json, "workingDir"),
        text(json, "user"),
        text(json, "hostname"),
        Network.valueOf(text(json, "network")),
        texts(json, "aliases"),
        map(json, "extraHosts"),
        ports(json.getAsJsonArray("ports")),
        mounts,
        json.has("health") ? Optional.of(health(json.getAsJsonObject("health"))) : Optional.empty(),
        new RestartPolicy(
            RestartPolicy.Kind.valueOf(text(restart, "kind")), restart.get("most").getAsInt()),
        json.get("stopSignal").getAsInt(),
        Duration.parse(text(json, "stopGrace")),
        number(json.get("shmSize")),
        json.get("readOnly").getAsBoolean(),
        map(json, "labels"));
  }

  static JsonArray ports(List<Port> ports) {
    JsonArray array = new JsonArray();
    for (Port port : ports) {
      JsonObject json = new JsonObject();
      json.addProperty("address", port.address());
      json.addProperty("host", port.host());
      json.addProperty("container", port.container());
      array.add(json);
    }
    return array;
  }

  static List<Port> ports(JsonArray array) {
    List<Port> ports = new ArrayList<>();
    for (JsonElement e : array) {
      JsonObject json = e.getAsJsonObject();
      ports.add(
          new Port(
              text(json, "address"),
              json.get("host").getAsInt(),
              json.get("container").getAsInt()));
    }
    return ports;
  }

  private static JsonObject mount(Mount mount) {
    JsonObject json = new JsonObject();
    json.addProperty("target", mount.target());
    json.addProperty("readOnly", mount.readOnly());
    switch (mount) {
      case Mount.Volume(String name, String t, boolean ro, boolean copy) -> {
        json.addProperty("volume", name);
        json.addProperty("copy", copy);
      }
      case Mount.Bind(Path source, String t, boolean ro, boolean create) -> {
        json.addProperty("bind", source.toString());
        json.addProperty("create", create);
      }
      case Mount.Tmpfs(String t, OptionalLong size, OptionalInt mode) -> {
        json.addProperty("tmpfs", true);
        size.ifPresent(s -> json.addProperty("size", s));
        mode.ifPresent(m -> json.addProperty("mode", m));
      }
    }
    return json;
  }

  private static Mount mount(JsonObject json) {
    String target = text(json, "target");
    boolean readOnly = json.get("readOnly").getAsBoolean();
    if (json.has("volume")) {
      return new Mount.Volume(
          text(json, "volume"), target, readOnly, json.get("copy").getAsBoolean());
    }
    if (json.has("bind")) {
      Path source = Path.of(text(json, "bind"));
      return new Mount.Bind(source, target, readOnly, json.get("create").getAsBoolean());
    }
    JsonElement mode = json.get("mode");
    return new Mount.Tmpfs(
        target,
        number(json.get("size")),
        mode == null ? OptionalInt.empty() : OptionalInt.of(mode.getAsInt()));
  }

  private static JsonObject health(HealthCheck health) {
    JsonObject json = new JsonObject();
    json.add("test", texts(health.test()));
    json.addProperty("interval", health.interval().toString());
    json.addProperty("timeout", health.timeout().toString());
    json.addProperty("startPeriod", health.startPeriod().toString());
    json.addProperty("startInterval", health.startInterval().toString());
    json.addProperty("retries", health.retries());
    return json;
  }

  private static HealthCheck health(JsonObject json) {
    return new HealthCheck(
        texts(json, "test"),
        Duration.parse(text(json, "interval")),
        Duration.parse(text(json, "timeout")),
        Duration.parse(text(json, "startPeriod")),
        Duration.parse(text(json, "startInterval")),
        json.get("retries").getAsInt());
  }

  private static JsonArray texts(List<String> texts) {
    JsonArray array = new JsonArray();
    texts.forEach(array::add);
    return array;
  }

  private static List<String> texts(JsonObject json, String name) {
    List<String> texts = new ArrayList<>();
    json.getAsJsonArray(name).forEach(e -> texts.add(e.getAsString()));
    return texts;
  }

  private static JsonObject map(SequencedMap<String, String> map) {
    JsonObject json = new JsonObject();
    map.forEach(json::addProperty);
    return json;
  }

  private static SequencedMap<String, String> map(JsonObject json, String name) {
    SequencedMap<String, String> map = new LinkedHashMap<>();
    for (Map.Entry<String, JsonElement> e : json.getAsJsonObject(name).entrySet()) {
      map.put(e.getKey(), e.getValue().getAsString());
    }
    return map;
  }

  private static String text(JsonObject json, String name) {
    return json.get(name).getAsString();
  }

  private static OptionalLong number(@Nullable JsonElement json) {
    return json == null ? OptionalLong.empty() : OptionalLong.of(json.getAsLong());
  }
}
