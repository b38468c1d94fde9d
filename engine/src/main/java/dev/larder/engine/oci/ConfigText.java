package dev.larder.engine.oci;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The order in which BuildKit writes the members of a config, and what it leaves out. */
final class ConfigText {
  private static final List<String> CONFIG_ORDER =
      List.of(
          "User",
          "ExposedPorts",
          "Env",
          "Entrypoint",
          "Cmd",
          "Volumes",
          "WorkingDir",
          "Labels",
          "StopSignal",
          "ArgsEscaped",
          "Healthcheck",
          "OnBuild",
          "Shell");

  private ConfigText() {}

  static byte[] write(JsonObject root) {
    Map<String, JsonElement> sorted = new TreeMap<>(root.asMap());
    sorted.values().removeIf(JsonNull.class::isInstance);
    sorted.put("config", ordered(root.get("config")));
    JsonObject document = new JsonObject();
    sorted.forEach(document::add);
    return JsonText.compact(document);
  }

  private static JsonObject ordered(@Nullable JsonElement config) {
    JsonObject from = config instanceof JsonObject object ? object : new JsonObject();
    JsonObject ordered = new JsonObject();
    for (String name : CONFIG_ORDER) {
      JsonElement value = from.get(name);
      if (value != null && !isEmpty(name, value)) {
        boolean map =
            name.equals("ExposedPorts") || name.equals("Volumes") || name.equals("Labels");
        ordered.add(name, map ? sorted(value.getAsJsonObject()) : value);
      }
    }
    from.asMap()
        .forEach(
            (name, value) -> {
              if (!CONFIG_ORDER.contains(name) && !(value instanceof JsonNull)) {
                ordered.add(name, value);
              }
            });
    return ordered;
  }

  private static JsonObject sorted(JsonObject object) {
    JsonObject sorted = new JsonObject();
    new TreeMap<>(object.asMap()).forEach(sorted::add);
    return sorted;
  }

  /** What Go's {@code omitempty} leaves out; a Healthcheck is a pointer and stays when empty. */
  private static boolean isEmpty(String name, JsonElement value) {
    return value instanceof JsonNull
        || (value instanceof JsonObject object && object.isEmpty() && !name.equals("Healthcheck"))
        || (value instanceof JsonArray array && array.isEmpty())
        || (value instanceof JsonPrimitive p
            && (p.isString() ? p.getAsString().isEmpty() : !p.getAsBoolean()));
  }
}
