package dev.larder.engine.registry;

import dev.larder.engine.digest.Digest;
import dev.larder.engine.oci.Descriptor;
import dev.larder.engine.oci.ImageName;
import dev.larder.engine.store.BlobStore;
import dev.larder.engine.store.DigestMismatchException;
import java.io.IOException;
import java.util.Optional;

/**
 * Reads from registries. Threads may share one; closing it breaks off what they are doing.
 *
 * <p>Failures that may pass (429, 5xx, cut connections) are tried again a few times, later and
 * later, or when the registry says. What fails for good is a {@link RegistryException} that begins
 * with what was being done.
 */
public final class RegistryClient implements AutoCloseable {
  private final Http http;
  private final Caller caller;

  private RegistryClient(Settings settings) {
    this.http = new Http(settings);
    this.caller = new Caller(http, settings);
  }

  /** A client in this world; connects to nothing yet. */
  public static RegistryClient of(Settings settings) {
    return new RegistryClient(settings);
  }

  /**
   * The digest that a tag has now, which is cheap and does not count as a pull; empty if the
   * registry does not say, or has no such image.
   */
  public Optional<Digest> digest(ImageName name) throws IOException, InterruptedException {
    try {
      return caller.call(name, new ManifestHead(name));
    } catch (IOException e) {
      throw RegistryException.during("resolve " + name.withDefaultTag(), e);
    }
  }

  /** The manifest or index of a name. Its digest was checked against the name's, if it has one. */
  public FetchedDocument fetch(ImageName name) throws IOException, InterruptedException {
    try {
      return caller.call(name, new ManifestGet(name));
    } catch (IOException e) {
      throw RegistryException.during("pull " + name.withDefaultTag(), e);
    }
  }

  /**
   * Brings a blob into a store, unless it is there. A pull that was cut goes on where it was.
   *
   * @param name whose repository has it
   * @throws DigestMismatchException as a cause, if the registry sent something else; nothing of it
   *     is kept
   */
  public BlobStore.Blob pull(ImageName name, Descriptor blob, BlobStore store, Progress progress)
      throws IOException, InterruptedException {
    try {
      Optional<BlobStore.Blob> there = store.find(blob.digest());
      if (there.isPresent()) {
        return there.get();
      }
      if (blob.mediaType().isForeign()) {
        throw new IOException(
            "layer " + blob.digest() + " is one that registries do not hold (of Windows)");
      }
      return receive(name, blob, store, progress);
    } catch (IOException e) {
      throw RegistryException.during("pull " + name.withDefaultTag(), e);
    }
  }

  private BlobStore.Blob receive(
      ImageName name, Descriptor blob, BlobStore store, Progress progress)
      throws IOException, InterruptedException {
    try (BlobStore.Ingest ingest = store.ingest(blob.digest(), blob.size())) {
      boolean inherited = ingest.offset() > 0;
      try {
        return fill(name, blob, ingest, progress);
      } catch (DigestMismatchException e) {
        if (!inherited) {
          throw e;
        }
      }
    }
    // What an earlier process left may be damaged, as it was never synced: once more, all of it.
    try (BlobStore.Ingest ingest = store.ingest(blob.digest(), blob.size())) {
      return fill(name, blob, ingest, progress);
    }
  }

  private BlobStore.Blob fill(
      ImageName name, Descriptor blob, BlobStore.Ingest ingest, Progress progress)
      throws IOException, InterruptedException {
    if (ingest.offset() < blob.size()) {
      caller.call(name, new BlobGet(name, blob, ingest, progress));
    }
    return ingest.commit();
  }

  @Override
  public void close() {
    http.close();
  }
}
