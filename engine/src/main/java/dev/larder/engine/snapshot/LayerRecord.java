package dev.larder.engine.snapshot;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.larder.engine.digest.Digest;
import dev.larder.engine.oci.Descriptor;
import dev.larder.engine.oci.MediaType;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;

/**
 * What is known of a layer, kept as {@code layer.json} in its folder.
 *
 * @param base what it was made on
 * @param blob its archive, once one was made or if it was unpacked from one
 * @param root whether its archive, to be made by us, has an entry for the root: it is an import of
 *     one that has
 */
record LayerRecord(Instant created, Snapshot base, Optional<LayerBlob> blob, boolean root) {
  static final String FILE = "layer.json";

  LayerRecord(Instant created, Snapshot base, Optional<LayerBlob> blob) {
    this(created, base, blob, false);
  }

  LayerRecord with(LayerBlob made) {
    return new LayerRecord(created, base, Optional.of(made), root);
  }

  String toJson() {
    JsonObject json = new JsonObject();
    json.addProperty("version", 1);
    json.addProperty("created", created.toString());
    json.add("base", SnapshotJson.write(base));
    if (root) {
      json.addProperty("root", true);
    }
    blob.ifPresent(
        made -> {
          JsonObject object = new JsonObject();
          object.addProperty("diffId", made.diffId().toString());
          object.addProperty("mediaType", made.descriptor().mediaType().name());
          object.addProperty("digest", made.descriptor().digest().toString());
          object.addProperty("size", made.descriptor().size());
          json.add("blob", object);
        });
    return json.toString();
  }

  static LayerRecord parse(LayerId id, String text) throws IOException {
    try {
      JsonObject json = JsonParser.parseString(text).getAsJsonObject();
      Optional<LayerBlob> blob = Optional.empty();
      if (json.has("blob")) {
        JsonObject object = json.getAsJsonObject("blob");
        blob =
            Optional.of(
                new LayerBlob(
                    Digest.parse(object.get("diffId").getAsString()),
                    Descriptor.of(
                        new MediaType(object.get("mediaType").getAsString()),
                        Digest.parse(object.get("digest").getAsString()),
                        object.get("size").getAsLong())));
      }
      return new LayerRecord(
          Instant.parse(json.get("created").getAsString()),
          SnapshotJson.read(json.get("base")),
          blob,
          json.has("root"));
    } catch (RuntimeException e) {
      throw new IOException("read the record of layer " + id + ": damaged: " + e.getMessage(), e);
    }
  }
}
