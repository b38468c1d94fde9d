package dev.larder.engine.image;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.larder.engine.digest.Digest;
import dev.larder.engine.oci.ImageConfig;
import dev.larder.engine.oci.ImageName;
import dev.larder.engine.snapshot.Snapshot;
import dev.larder.engine.snapshot.SnapshotJson;
import dev.larder.engine.store.BlobStore;
import dev.larder.engine.store.Records;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * Names and the images they lead to: one record a name, replaced in one step. Configs and manifests
 * are blobs, layers are snapshots; what a name leads to is in use.
 */
public final class ImageStore {
  private final Records records;
  private final BlobStore blobs;

  private ImageStore(Records records, BlobStore blobs) {
    this.records = records;
    this.blobs = blobs;
  }

  /** The names kept in a folder, which is made if it is missing. */
  public static ImageStore open(Path folder, BlobStore blobs) throws IOException {
    return new ImageStore(Records.open(folder), blobs);
  }

  /** What a name with a tag or digest leads to. */
  public Optional<StoredImage> find(ImageName name) throws IOException {
    Optional<String> text = records.findText(key(name));
    return text.isPresent()
        ? Optional.of(read(name.toString(), text.get()).image)
        : Optional.empty();
  }

  /**
   * What people mean: a name, or the beginning of an id.
   *
   * @param text at least 4 hex digits where it is an id
   */
  public Optional<StoredImage> resolve(String text) throws IOException {
    try {
      Optional<StoredImage> named = find(ImageName.parse(text).withDefaultTag());
      if (named.isPresent()) {
        return named;
      }
    } catch (IllegalArgumentException notAName) {
      // then it can only be an id
    }
    String hex = text.startsWith("sha256:") ? text.substring("sha256:".length()) : text;
    if (!hex.toLowerCase(Locale.ROOT).matches("[0-9a-f]{4,64}")) {
      return Optional.empty();
    }
    return list().values().stream().filter(image -> image.id().hex().startsWith(hex)).findFirst();
  }

  /** Gives an image a name, which it takes from another that had it. */
  public void put(ImageName name, StoredImage image) throws IOException {
    JsonObject json = new JsonObject();
    json.addProperty("name", name.toString());
    json.addProperty("id", image.id().toString());
    json.addProperty("stored", image.stored().toString());
    image.manifest().ifPresent(digest -> json.addProperty("manifest", digest.toString()));
    image.files().ifPresent(files -> json.add("layers", SnapshotJson.write(files)));
    records.put(key(name), json.toString());
  }

  /** Takes a name away; the image goes with the next pruning if nothing else leads to it. */
  public boolean remove(ImageName name) throws IOException {
    return records.remove(key(name));
  }

  /** All names, sorted, and what they lead to. */
  public SequencedMap<ImageName, StoredImage> list() throws IOException {
    List<Named> named = new ArrayList<>();
    for (String key : records.keys()) {
      Optional<String> text = records.findText(key);
      if (text.isPresent()) {
        named.add(read(key, text.get()));
      }
    }
    named.sort((a, b) -> a.name.toString().compareTo(b.name.toString()));
    SequencedMap<ImageName, StoredImage> images = new LinkedHashMap<>();
    named.forEach(one -> images.put(one.name, one.image));
    return images;
  }

  /**
   * What an image says of itself.
   *
   * @throws IOException if the config's blob is gone
   */
  public ImageConfig config(Digest id) throws IOException {
    try (InputStream in =
        blobs
            .find(id)
            .orElseThrow(() -> new IOException("read image " + id + ": its config is gone"))
            .open()) {
      return ImageConfig.parse("config " + id, in.readAllBytes());
    }
  }

  private record Named(ImageName name, StoredImage image) {}

  private static Named read(String key, String text) throws IOException {
    try {
      JsonObject json = JsonParser.parseString(text).getAsJsonObject();
      Optional<Snapshot> files = Optional.empty();
      if (json.has("layers")) {
        files = Optional.of(SnapshotJson.read(json.get("layers")));
      }
      Optional<Digest> manifest =
          json.has("manifest")
              ? Optional.of(Digest.parse(json.get("manifest").getAsString()))
              : Optional.empty();
      return new Named(
          ImageName.parse(json.get("name").getAsString()),
          new StoredImage(
              Digest.parse(json.get("id").getAsString()),
              files,
              manifest,
              Instant.parse(json.get("stored").getAsString())));
    } catch (JsonParseException
        | IllegalArgumentException
        | IllegalStateException
        | NullPointerException
        | DateTimeException e) {
      throw new IOException("read the name of an image " + key + ": damaged record", e);
    }
  }

  private static String key(ImageName name) {
    return Digest.ofText(name.toString()).hex();
  }
}
