package dev.larder.engine.snapshot;

import dev.larder.engine.archive.AsideStream;
import dev.larder.engine.archive.TarWriter;
import dev.larder.engine.digest.Digest;
import dev.larder.engine.oci.Descriptor;
import dev.larder.engine.oci.MediaType;
import dev.larder.engine.store.BlobStore;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;

/** A layer's archive, uncompressed: the same bytes whenever it is made. */
final class LayerArchive {
  private LayerArchive() {}

  /**
   * Makes it and keeps it.
   *
   * @param root whether the root itself has an entry
   */
  static LayerBlob keep(
      LayerId id, String files, Path below, boolean root, OverlayFormat format, BlobStore blobs)
      throws IOException {
    try (BlobStore.Draft draft = blobs.draft()) {
      write(id, files, below, root, format, draft.out());
      BlobStore.Blob blob = draft.commit();
      return blob(blob.digest(), blob.size());
    }
  }

  /** Makes it only to learn its digest and size; see {@link #keep}. */
  static LayerBlob measure(LayerId id, String files, Path below, boolean root, OverlayFormat format)
      throws IOException {
    MessageDigest sha = Digest.sha256();
    CountingStream counted = new CountingStream();
    write(id, files, below, root, format, new DigestOutputStream(counted, sha));
    return blob(Digest.of(sha), counted.bytes());
  }

  private static LayerBlob blob(Digest digest, long size) {
    return new LayerBlob(digest, Descriptor.of(MediaType.OCI_LAYER_TAR, digest, size));
  }

  private static void write(
      LayerId id, String files, Path below, boolean root, OverlayFormat format, OutputStream out)
      throws IOException {
    try (AsideStream aside = new AsideStream(out)) {
      new LayerPacker(files, below.toString(), format, new TarWriter(aside)).write(root);
    } catch (InterruptedIOException e) {
      throw e;
    } catch (IOException e) {
      throw new IOException("pack layer " + id + ": " + e.getMessage(), e);
    }
  }
}
