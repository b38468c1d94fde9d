package dev.larder.engine.lockfile;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.List;
import java.util.Map;

/** Pipenv's {@code Pipfile.lock}. */
final class PipfileLock {
  private PipfileLock() {}

  static void read(String text, Map<String, String> packages) {
    JsonObject json = JsonParser.parseString(text).getAsJsonObject();
    for (String section : List.of("default", "develop")) {
      if (json.has(section)) {
        json.getAsJsonObject(section)
            .entrySet()
            .forEach(
                one -> {
                  JsonObject locked = one.getValue().getAsJsonObject();
                  String version = locked.has("version") ? locked.get("version").getAsString() : "";
                  Packages.add(packages, one.getKey(), version.replaceFirst("^==", ""));
                });
      }
    }
  }
}
