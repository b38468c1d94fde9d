package dev.larder.engine.export;

import dev.larder.engine.archive.Compression;
import dev.larder.engine.digest.Digest;
import dev.larder.engine.oci.Descriptor;
import dev.larder.engine.oci.MediaType;
import dev.larder.engine.snapshot.LayerBlob;
import dev.larder.engine.store.BlobStore;
import dev.larder.engine.store.Records;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/** Layers packed by gzip: once each, and only when someone wants them. */
final class CompressedLayers {
  private final Records records;
  private final BlobStore blobs;
  private final ReentrantLock packing = new ReentrantLock(); // one layer keeps all processors busy

  CompressedLayers(Path folder, BlobStore blobs) throws IOException {
    this.records = Records.open(folder);
    this.blobs = blobs;
  }

  /** The layer as registries and layouts have it; one that came compressed stays as it is. */
  Descriptor gzip(LayerBlob layer) throws IOException, InterruptedException {
    if (!layer.descriptor().digest().equals(layer.diffId())) {
      return layer.descriptor();
    }
    packing.lockInterruptibly();
    try {
      String key = layer.diffId().hex() + ".gzip";
      Optional<BlobStore.Blob> known = known(key);
      BlobStore.Blob blob = known.isPresent() ? known.get() : pack(layer);
      if (known.isEmpty()) {
        records.put(key, blob.digest().toString());
      }
      return Descriptor.of(MediaType.OCI_LAYER_GZIP, blob.digest(), blob.size());
    } finally {
      packing.unlock();
    }
  }

  private Optional<BlobStore.Blob> known(String key) throws IOException {
    Optional<String> digest = records.findText(key);
    return digest.isPresent() ? blobs.find(Digest.parse(digest.get())) : Optional.empty();
  }

  private BlobStore.Blob pack(LayerBlob layer) throws IOException {
    try (InputStream in = StoredBlobs.open(blobs, layer.descriptor());
        BlobStore.Draft draft = blobs.draft()) {
      try (OutputStream out = Compression.GZIP.compress(draft.out())) {
        StoredBlobs.copy(in, out);
      }
      return draft.commit();
    } catch (IOException e) {
      throw new IOException("compress layer " + layer.diffId() + ": " + e.getMessage(), e);
    }
  }
}
