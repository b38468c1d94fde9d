package dev.larder.engine.lockfile;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.List;
import java.util.Map;

/** PHP's {@code composer.json} and {@code composer.lock}. */
final class Composer {
  private Composer() {}

  static void manifest(String text, Map<String, String> packages) {
    JsonObject json = JsonParser.parseString(text).getAsJsonObject();
    for (String section : List.of("require", "require-dev")) {
      if (json.has(section)) {
        json.getAsJsonObject(section)
            .entrySet()
            .forEach(one -> Packages.add(packages, one.getKey(), one.getValue().getAsString()));
      }
    }
  }

  static void lock(String text, Map<String, String> packages) {
    JsonObject json = JsonParser.parseString(text).getAsJsonObject();
    for (String section : List.of("packages", "packages-dev")) {
      if (json.has(section)) {
        for (JsonElement one : json.getAsJsonArray(section)) {
          JsonObject locked = one.getAsJsonObject();
          Packages.add(
              packages, locked.get("name").getAsString(), locked.get("version").getAsString());
        }
      }
    }
  }
}
