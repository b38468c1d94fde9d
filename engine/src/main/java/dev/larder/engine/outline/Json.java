package dev.larder.engine.outline;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.larder.engine.dockerfile.Source;
import java.util.Base64;

/** Answers as BuildKit writes them: what is empty or false is left out. */
final class Json {
  private Json() {}

  static void add(JsonObject json, String member, String value) {
    if (!value.isEmpty()) {
      json.addProperty(member, value);
    }
  }

  static void add(JsonObject json, String member, boolean value) {
    if (value) {
      json.addProperty(member, true);
    }
  }

  static void add(JsonObject json, String member, JsonArray list) {
    if (!list.isEmpty()) {
      json.add(member, list);
    }
  }

  /** With the file itself as the last member. */
  static String text(JsonObject json, Source source) {
    JsonArray sources = new JsonArray();
    sources.add(Base64.getEncoder().encodeToString(source.bytes()));
    json.add("sources", sources);
    return new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create().toJson(json);
  }
}
