package dev.larder.cli;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import dev.larder.engine.build.BuildResult;
import dev.larder.engine.oci.ImageName;

/** What {@code --metadata-file} holds, by the names that buildx gives it. */
final class Metadata {
  private Metadata() {}

  static String of(BuildResult result) {
    JsonObject json = new JsonObject();
    json.addProperty("containerimage.config.digest", result.id().toString());
    json.addProperty("containerimage.digest", result.id().toString());
    if (!result.names().isEmpty()) {
      json.addProperty(
          "image.name",
          String.join(",", result.names().stream().map(ImageName::toString).toList()));
    }
    return new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create().toJson(json) + "\n";
  }
}
