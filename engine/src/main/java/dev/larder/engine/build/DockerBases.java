package dev.larder.engine.build;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.larder.engine.digest.Digest;
import dev.larder.engine.docker.DockerArchive;
import dev.larder.engine.docker.DockerEngine;
import dev.larder.engine.docker.DockerImage;
import dev.larder.engine.event.BuildEvent;
import dev.larder.engine.image.StoredImage;
import dev.larder.engine.oci.ImageName;
import dev.larder.engine.oci.Platform;
import dev.larder.engine.snapshot.LayerBlob;
import dev.larder.engine.snapshot.LayerId;
import dev.larder.engine.snapshot.Snapshot;
import dev.larder.engine.store.Records;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Images that the Docker engine of this machine has, copied when they are first built on. */
final class DockerBases {
  private final Engine engine;
  private final Progressing progress;

  DockerBases(Engine engine, Progressing progress) {
    this.engine = engine;
    this.progress = progress;
  }

  /**
   * The image of a name, if an engine has one for the platform. An engine that fails is one that
   * has none, and a warning says so.
   */
  Optional<StoredImage> find(ImageName name, Platform platform) throws InterruptedException {
    Optional<DockerEngine> docker = engine.docker();
    if (docker.isEmpty()) {
      return Optional.empty();
    }
    try {
      Optional<DockerImage> image = docker.get().image(name.familiar());
      if (image.isEmpty() || !platform.runs(image.get().platform())) {
        return Optional.empty();
      }
      Records records = Records.open(engine.home().dockerImages());
      Optional<StoredImage> known = known(records, image.get().id());
      if (known.isPresent()) {
        return known;
      }
      StoredImage copied = copy(docker.get(), name, image.get().id(), platform);
      records.put(image.get().id().hex(), text(copied));
      return Optional.of(copied);
    } catch (IOException e) {
      progress.accept(
          new BuildEvent.Warned(
              engine.clock().instant(),
              Optional.empty(),
              name.familiar()
                  + ": not taken from "
                  + docker.get().socket()
                  + ": "
                  + e.getMessage()));
      return Optional.empty();
    }
  }

  private StoredImage copy(DockerEngine docker, ImageName name, Digest id, Platform platform)
      throws IOException, InterruptedException {
    return progress.internal(
        "[internal] copy " + name.familiar() + " from docker",
        vertex -> {
          List<DockerArchive.Image> images =
              docker.save(
                  id.toString(),
                  in ->
                      DockerArchive.read("image " + name.familiar(), in, platform, engine.blobs()));
          if (images.size() != 1) {
            throw new IOException("the engine sent " + images.size() + " images for one");
          }
          return store(engine, images.getFirst());
        });
  }

  /** Unpacks the layers of an image that came as an archive. */
  static StoredImage store(Engine engine, DockerArchive.Image image) throws IOException {
    Snapshot files = Snapshot.EMPTY;
    for (LayerBlob layer : image.layers()) {
      files =
          engine
              .snapshots()
              .unpack(files, layer, () -> BaseImages.open(engine.blobs(), layer.descriptor()));
    }
    return new StoredImage(
        image.id(), Optional.of(files), Optional.empty(), engine.clock().instant());
  }

  private Optional<StoredImage> known(Records records, Digest id) throws IOException {
    Optional<String> text = records.findText(id.hex());
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      JsonObject json = JsonParser.parseString(text.get()).getAsJsonObject();
      List<LayerId> layers = new ArrayList<>();
      json.getAsJsonArray("layers").forEach(layer -> layers.add(new LayerId(layer.getAsString())));
      Digest config = Digest.parse(json.get("config").getAsString());
      Snapshot files = new Snapshot(layers);
      return engine.blobs().find(config).isPresent() && engine.snapshots().has(files)
          ? Optional.of(
              new StoredImage(
                  config, Optional.of(files), Optional.empty(), engine.clock().instant()))
          : Optional.empty(); // pruned: copied again
    } catch (JsonParseException
        | IllegalStateException
        | IllegalArgumentException
        | NullPointerException e) {
      return Optional.empty(); // a torn record: copied again
    }
  }

  private static String text(StoredImage image) {
    JsonObject json = new JsonObject();
    json.addProperty("config", image.id().toString());
    JsonArray layers = new JsonArray();
    image.files().orElse(Snapshot.EMPTY).layers().forEach(layer -> layers.add(layer.text()));
    json.add("layers", layers);
    return json.toString();
  }
}
