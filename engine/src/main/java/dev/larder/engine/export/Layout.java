package dev.larder.engine.export;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.larder.engine.oci.Descriptor;
import dev.larder.engine.oci.ImageName;
import dev.larder.engine.oci.Index;
import dev.larder.engine.oci.Manifest;
import dev.larder.engine.oci.MediaType;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * The documents of a layout of one image (OCI image specification, "Image Layout"), with the
 * annotations that containerd and BuildKit find images by.
 *
 * @param image what it is of
 * @param descriptor of the manifest, without annotations
 */
record Layout(FinishedImage image, Descriptor descriptor, Manifest manifest) {
  static final String VERSION_FILE = "oci-layout";
  static final String INDEX_FILE = "index.json";
  static final String NAME = "io.containerd.image.name";
  static final String REFERENCE = "org.opencontainers.image.ref.name";
  private static final String CREATED = "org.opencontainers.image.created";

  static String path(Descriptor blob) {
    return "blobs/sha256/" + blob.digest().hex();
  }

  static byte[] version() {
    return "{\"imageLayoutVersion\":\"1.0.0\"}".getBytes(StandardCharsets.UTF_8);
  }

  /** All blobs, each once: layers may be equal. */
  List<Descriptor> blobs() {
    SequencedMap<String, Descriptor> blobs = new LinkedHashMap<>();
    blobs.put(path(descriptor), descriptor);
    blobs.put(path(manifest.config()), manifest.config());
    manifest.layers().forEach(layer -> blobs.put(path(layer), layer));
    return List.copyOf(blobs.values());
  }

  /** The image under each of its names. */
  List<Descriptor> named() {
    List<Descriptor> named = new ArrayList<>();
    for (ImageName each : image.names()) {
      ImageName name = each.withDefaultTag();
      SequencedMap<String, String> annotations = annotations();
      annotations.put(NAME, name.toString());
      annotations.put(REFERENCE, name.tag() == null ? name.toString() : name.tag());
      named.add(descriptor.withAnnotations(annotations));
    }
    return named.isEmpty() ? List.of(descriptor.withAnnotations(annotations())) : named;
  }

  private SequencedMap<String, String> annotations() {
    SequencedMap<String, String> annotations = new LinkedHashMap<>();
    Instant created = image.created().truncatedTo(ChronoUnit.SECONDS);
    annotations.put(CREATED, created.toString());
    annotations.putAll(image.annotations().descriptor());
    return annotations;
  }

  Index index() {
    return Index.of(MediaType.OCI_INDEX, named());
  }

  /** What was there before, with this image in place of others of its names. */
  Index addedTo(Index before) {
    List<Descriptor> named = named();
    List<Descriptor> all = new ArrayList<>();
    for (Descriptor old : before.manifests()) {
      boolean replaced = false;
      for (Descriptor one : named) {
        boolean sameName =
            one.annotations().containsKey(NAME)
                && one.annotations().get(NAME).equals(old.annotations().get(NAME));
        boolean sameImage =
            !one.annotations().containsKey(NAME)
                && !old.annotations().containsKey(NAME)
                && one.digest().equals(old.digest());
        replaced |= sameName || sameImage;
      }
      if (!replaced) {
        all.add(old);
      }
    }
    all.addAll(named);
    return new Index(before.mediaType(), all, before.annotations());
  }

  /** {@code manifest.json}, which {@code docker load} reads. */
  byte[] dockerManifest() {
    JsonArray layers = new JsonArray();
    manifest.layers().forEach(layer -> layers.add(path(layer)));
    return dockerManifest(image, path(manifest.config()), layers);
  }

  /** The same, of paths in the archive. */
  static byte[] dockerManifest(FinishedImage image, String config, JsonArray layers) {
    JsonObject one = new JsonObject();
    one.addProperty("Config", config);
    JsonArray tags = new JsonArray();
    image.names().forEach(name -> tags.add(name.withDefaultTag().familiar()));
    one.add("RepoTags", tags);
    one.add("Layers", layers);
    JsonArray all = new JsonArray();
    all.add(one);
    return all.toString().getBytes(StandardCharsets.UTF_8);
  }
}
