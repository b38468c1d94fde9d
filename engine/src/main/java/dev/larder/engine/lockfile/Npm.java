package dev.larder.engine.lockfile;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.List;
import java.util.Map;

/** npm's {@code package.json} and {@code package-lock.json} (lockfileVersion 1 to 3). */
final class Npm {
  private static final List<String> SECTIONS =
      List.of("dependencies", "devDependencies", "optionalDependencies", "peerDependencies");
  private static final String FOLDER = "node_modules/";

  private Npm() {}

  static void manifest(String text, Map<String, String> packages) {
    JsonObject json = JsonParser.parseString(text).getAsJsonObject();
    for (String section : SECTIONS) {
      if (json.has(section)) {
        json.getAsJsonObject(section)
            .entrySet()
            .forEach(one -> Packages.add(packages, one.getKey(), one.getValue().getAsString()));
      }
    }
  }

  static void lock(String text, Map<String, String> packages) {
    JsonObject json = JsonParser.parseString(text).getAsJsonObject();
    if (!json.has("packages")) {
      nested(json, packages);
      return;
    }
    json.getAsJsonObject("packages")
        .entrySet()
        .forEach(
            one -> {
              int folder = one.getKey().lastIndexOf(FOLDER);
              if (folder >= 0) {
                String name = one.getKey().substring(folder + FOLDER.length());
                Packages.add(packages, name, version(one.getValue().getAsJsonObject()));
              }
            });
  }

  private static void nested(JsonObject json, Map<String, String> packages) {
    if (json.has("dependencies")) {
      for (Map.Entry<String, JsonElement> one : json.getAsJsonObject("dependencies").entrySet()) {
        JsonObject dependency = one.getValue().getAsJsonObject();
        Packages.add(packages, one.getKey(), version(dependency));
        nested(dependency, packages);
      }
    }
  }

  private static String version(JsonObject dependency) {
    if (dependency.has("version")) {
      return dependency.get("version").getAsString();
    }
    return dependency.has("resolved") ? dependency.get("resolved").getAsString() : "";
  }
}
