package dev.larder.engine.registry;

import dev.larder.engine.digest.Digest;
import dev.larder.engine.oci.Descriptor;
import dev.larder.engine.oci.HistoryEntry;
import dev.larder.engine.oci.ImageConfig;
import dev.larder.engine.oci.Manifest;
import dev.larder.engine.oci.MediaType;
import dev.larder.engine.oci.Platform;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Random;
import java.util.SequencedMap;

/** An image whose layers are random bytes. */
record TestImage(Manifest manifest, SequencedMap<Digest, byte[]> blobs, Platform platform) {
  static TestImage of(Platform platform, int seed, int... layerSizes) {
    SequencedMap<Digest, byte[]> blobs = new LinkedHashMap<>();
    ImageConfig config = ImageConfig.scratch(platform);
    List<Descriptor> layers = new ArrayList<>();
    Random random = new Random(seed);
    for (int size : layerSizes) {
      byte[] layer = new byte[size];
      random.nextBytes(layer);
      Descriptor descriptor = Descriptor.of(MediaType.OCI_LAYER_TAR, layer);
      blobs.put(descriptor.digest(), layer);
      layers.add(descriptor);
      config = config.plusLayer(descriptor.digest(), new HistoryEntry(null, "COPY", "", "", false));
    }
    byte[] bytes = config.toBytes();
    blobs.put(Digest.of(bytes), bytes);
    return new TestImage(
        Manifest.of(MediaType.OCI_MANIFEST, Descriptor.of(MediaType.OCI_CONFIG, bytes), layers),
        blobs,
        platform);
  }

  byte[] manifestBytes() {
    return manifest.toBytes();
  }

  Descriptor descriptor() {
    return Descriptor.of(MediaType.OCI_MANIFEST, manifestBytes()).withPlatform(platform);
  }

  /** The bytes of a layer. */
  byte[] layer(int number) {
    byte[] layer = blobs.get(manifest.layers().get(number).digest());
    if (layer == null) {
      throw new IllegalArgumentException("no layer " + number);
    }
    return layer;
  }
}
