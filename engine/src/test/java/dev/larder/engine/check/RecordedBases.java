package dev.larder.engine.check;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.larder.engine.oci.ImageConfig;
import dev.larder.engine.oci.ImageName;
import dev.larder.engine.oci.Platform;
import dev.larder.engine.plan.BaseNotFoundException;
import dev.larder.engine.plan.Bases;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** The images of {@code bases.json}, and named contexts. */
final class RecordedBases implements Bases {
  private final JsonObject images;
  private final Map<String, String> contexts;

  RecordedBases(Path file, Map<String, String> contexts) throws IOException {
    this.images = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
    this.contexts = contexts;
  }

  @Override
  public Optional<Base> namedContext(String name, Platform platform) throws IOException {
    String value = contexts.get(name);
    if (value == null) {
      return Optional.empty();
    }
    String image = "docker-image://";
    return Optional.of(
        value.startsWith(image)
            ? image(ImageName.parse(value.substring(image.length())), platform)
            : new Base.Folder(name));
  }

  @Override
  public Base.Image image(ImageName name, Platform platform) throws IOException {
    String familiar = name.familiar();
    JsonElement found = images.get(familiar);
    if (found == null && familiar.endsWith(":latest")) {
      found = images.get(familiar.substring(0, familiar.lastIndexOf(':')));
    }
    if (found == null) {
      throw new BaseNotFoundException(name + ": not found", "");
    }
    JsonObject image = found.getAsJsonObject().deepCopy();
    if (!image.has("architecture")) {
      image.addProperty("architecture", platform.architecture());
      if (!platform.variant().isEmpty()) {
        image.addProperty("variant", platform.variant());
      }
    }
    if (!image.has("os")) {
      image.addProperty("os", platform.os());
    }
    ImageConfig config =
        ImageConfig.parse(familiar, image.toString().getBytes(StandardCharsets.UTF_8));
    return new Base.Image(name, platform, config, "recorded:" + name);
  }
}
