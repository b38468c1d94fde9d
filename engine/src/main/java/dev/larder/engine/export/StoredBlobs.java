package dev.larder.engine.export;

import dev.larder.engine.digest.Digest;
import dev.larder.engine.oci.Descriptor;
import dev.larder.engine.store.BlobStore;
import dev.larder.engine.store.DigestMismatchException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;

/** Reads blobs to hand them out: what is damaged on disk is found, not handed on. */
final class StoredBlobs {
  private StoredBlobs() {}

  static InputStream open(BlobStore blobs, Descriptor descriptor) throws IOException {
    return blobs
        .find(descriptor.digest())
        .orElseThrow(() -> new IOException("read blob " + descriptor.digest() + ": it is gone"))
        .open();
  }

  /** Copies a blob and checks it on the way. */
  static void copy(BlobStore blobs, Descriptor descriptor, OutputStream to) throws IOException {
    MessageDigest sha = Digest.sha256();
    try (InputStream in = new DigestInputStream(open(blobs, descriptor), sha)) {
      copy(in, to);
    }
    Digest found = Digest.of(sha);
    if (!found.equals(descriptor.digest())) {
      throw new DigestMismatchException(descriptor.digest(), found);
    }
  }

  static void copy(InputStream from, OutputStream to) throws IOException {
    byte[] buffer = new byte[1 << 17];
    for (int n = from.read(buffer); n >= 0; n = from.read(buffer)) {
      if (Thread.currentThread().isInterrupted()) {
        throw new InterruptedIOException("export: interrupted");
      }
      to.write(buffer, 0, n);
    }
  }
}
