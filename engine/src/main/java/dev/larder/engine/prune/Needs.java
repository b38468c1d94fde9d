package dev.larder.engine.prune;

import dev.larder.engine.digest.Digest;
import dev.larder.engine.image.StoredImage;
import dev.larder.engine.oci.ImageName;
import dev.larder.engine.oci.Manifest;
import dev.larder.engine.service.ServiceSpec;
import dev.larder.engine.snapshot.Layer;
import dev.larder.engine.snapshot.LayerId;
import dev.larder.engine.store.BlobStore;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Why layers and blobs stay: an image's name leads to them, a service was started from them, or
 * they were used since the oldest running build began.
 *
 * <p>That time is asked for before names are read: a build that ended in between has given its
 * image a name by then.
 */
final class Needs {
  private final Stores stores;
  private final Instant running;
  private final Map<LayerId, String> layers = new HashMap<>();
  private final Map<Digest, String> images = new HashMap<>();

  private Needs(Stores stores, Instant running) {
    this.stores = stores;
    this.running = running;
  }

  /**
   * Finds out what is needed now.
   *
   * @param now what was used since is in use
   * @param without a name of an image that needs nothing
   */
  static Needs find(Stores stores, Instant now, Optional<ImageName> without) throws IOException {
    List<Instant> leases = stores.leases().living();
    Instant oldest = leases.isEmpty() ? now : leases.getFirst();
    Needs needs = new Needs(stores, oldest.isBefore(now) ? oldest : now);
    for (Map.Entry<ImageName, StoredImage> image : stores.images().list().entrySet()) {
      if (!without.equals(Optional.of(image.getKey()))) {
        needs.add("image " + image.getKey().familiar(), image.getValue());
      }
    }
    for (ServiceSpec service : ServiceSpec.all(stores.home())) {
      for (String layer : service.layers()) {
        needs.layers.putIfAbsent(
            new LayerId(layer), "service " + service.project() + "/" + service.service());
      }
    }
    return needs;
  }

  private void add(String why, StoredImage image) throws IOException {
    images.putIfAbsent(image.id(), why);
    if (image.files().isPresent()) {
      image.files().get().layers().forEach(layer -> layers.putIfAbsent(layer, why));
    }
    if (image.manifest().isPresent()) {
      images.putIfAbsent(image.manifest().get(), why);
      manifest(image.manifest().get())
          .ifPresent(
              manifest -> manifest.layers().forEach(one -> images.putIfAbsent(one.digest(), why)));
    }
  }

  private Optional<Manifest> manifest(Digest digest) throws IOException {
    Optional<BlobStore.Blob> blob = stores.blobs().find(digest);
    if (blob.isEmpty()) {
      return Optional.empty();
    }
    try (InputStream in = blob.get().open()) {
      return Optional.of(Manifest.parse("manifest " + digest, in.readAllBytes()));
    }
  }

  /** What was used at this time or later is in use. */
  Instant running() {
    return running;
  }

  /** Why something stays that was last used then; empty if no running build is the reason. */
  String inUse(Instant used) {
    return used.isBefore(running) ? "" : "a running build";
  }

  /** Why a layer stays; empty if it may go. */
  String ofLayer(Layer layer) {
    return layers.getOrDefault(layer.id(), inUse(layer.used()));
  }

  /**
   * Why blobs stay, by digest; those that nothing leads to are missing.
   *
   * @param stay the layers that stay: their archives do too
   */
  Map<Digest, String> ofBlobs(Collection<Layer> stay) throws IOException {
    Map<Digest, String> all = new HashMap<>(images);
    Map<String, Digest> compressed = compressed();
    for (Layer layer : stay) {
      if (layer.blob().isPresent()) {
        Digest plain = layer.blob().get().diffId();
        String why = "layer " + layer.id();
        all.putIfAbsent(layer.blob().get().descriptor().digest(), why);
        all.putIfAbsent(plain, why);
        if (compressed.containsKey(plain.hex())) {
          all.putIfAbsent(compressed.get(plain.hex()), why);
        }
      }
    }
    return all;
  }

  /** Compressed archives by the digest of what is in them: keys are {@code DIGEST.FORMAT}. */
  private Map<String, Digest> compressed() throws IOException {
    Map<String, Digest> all = new HashMap<>();
    for (String key : stores.compressed().keys()) {
      Optional<String> digest = stores.compressed().findText(key);
      digest.ifPresent(text -> all.put(key.replaceFirst("\\..*", ""), Digest.parse(text)));
    }
    return all;
  }
}
