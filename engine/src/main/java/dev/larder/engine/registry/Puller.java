package dev.larder.engine.registry;

import dev.larder.engine.digest.Digest;
import dev.larder.engine.oci.Descriptor;
import dev.larder.engine.oci.ImageConfig;
import dev.larder.engine.oci.ImageDocument;
import dev.larder.engine.oci.ImageName;
import dev.larder.engine.oci.Index;
import dev.larder.engine.oci.Manifest;
import dev.larder.engine.oci.Platform;
import dev.larder.engine.store.BlobStore;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;

/**
 * Brings images into a blob store: first what they are made from, their layers when asked for.
 * Whatever is in the store is not fetched again.
 */
public final class Puller {
  private static final int AT_ONCE = 4; // one connection seldom fills a line; many annoy registries
  private static final int MAX_CONFIG = 8 << 20;
  private static final int MAX_DEPTH = 3; // of indexes within indexes

  private final RegistryClient client;
  private final BlobStore store;

  /** Pulls through this client into this store; neither is closed. */
  public Puller(RegistryClient client, BlobStore store) {
    this.client = client;
    this.store = store;
  }

  /**
   * Finds the image that a name has now for a platform: manifest and config, no layers. A name with
   * a digest that is in the store needs no network.
   *
   * @throws IOException if there is none for the platform, the message says for which there are
   */
  public PulledImage resolve(ImageName name, Platform platform)
      throws IOException, InterruptedException {
    FetchedDocument root = document(name);
    FetchedDocument found = root;
    for (int depth = 0; depth <= MAX_DEPTH; depth++) {
      switch (found.document()) {
        case Manifest manifest -> {
          Descriptor descriptor = found.descriptor();
          return new PulledImage(
              name, root.descriptor().digest(), descriptor, manifest, config(name, manifest));
        }
        case Index index -> found = select(name, index, platform);
      }
    }
    throw new IOException("pull " + name + ": its indexes are nested too deep");
  }

  /** Brings the layers into the store, several at once. When one fails the others are stopped. */
  public void pullLayers(PulledImage image, Progress progress)
      throws IOException, InterruptedException {
    List<Descriptor> wanted = new ArrayList<>(new LinkedHashSet<>(image.layers()));
    Semaphore turns = new Semaphore(AT_ONCE);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      ExecutorCompletionService<BlobStore.Blob> running = new ExecutorCompletionService<>(threads);
      try {
        for (Descriptor layer : wanted) {
          running.submit(inTurn(turns, () -> client.pull(image.name(), layer, store, progress)));
        }
        for (int i = 0; i < wanted.size(); i++) {
          await(running.take());
        }
      } finally {
        threads.shutdownNow(); // nothing is left of it unless one failed
      }
    }
  }

  /** Resolves, and brings the layers. */
  public PulledImage pull(ImageName name, Platform platform, Progress progress)
      throws IOException, InterruptedException {
    PulledImage image = resolve(name, platform);
    pullLayers(image, progress);
    return image;
  }

  private static Callable<BlobStore.Blob> inTurn(Semaphore turns, Callable<BlobStore.Blob> pull) {
    return () -> {
      turns.acquire();
      try {
        return pull.call();
      } finally {
        turns.release();
      }
    };
  }

  private static void await(Future<BlobStore.Blob> pull) throws IOException, InterruptedException {
    try {
      pull.get();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case IOException io -> throw io;
        case InterruptedException interrupted -> throw interrupted;
        case RuntimeException bug -> throw bug;
        case null, default -> throw new IllegalStateException(e.getCause());
      }
    }
  }

  private FetchedDocument select(ImageName name, Index index, Platform platform)
      throws IOException, InterruptedException {
    Optional<Descriptor> chosen = index.select(platform);
    if (chosen.isEmpty()) {
      throw new IOException(
          "pull " + name + ": no image for " + platform + "; there is " + index.platforms());
    }
    FetchedDocument found = document(name.withDigest(chosen.get().digest()));
    if (found.descriptor().size() != chosen.get().size()) {
      throw new IOException(
          "pull " + name + ": the index has a wrong size for manifest " + chosen.get().digest());
    }
    return found;
  }

  private FetchedDocument document(ImageName name) throws IOException, InterruptedException {
    Digest digest = name.digest();
    Optional<Digest> known = digest == null ? client.digest(name) : Optional.of(digest);
    if (known.isPresent()) {
      Optional<BlobStore.Blob> blob = store.find(known.get());
      if (blob.isPresent()) {
        byte[] bytes = read(name, blob.get());
        return new FetchedDocument(
            bytes, ImageDocument.parse("the manifest of " + name, bytes, null));
      }
    }
    FetchedDocument fetched = client.fetch(known.isPresent() ? name.withDigest(known.get()) : name);
    store.put(fetched.bytes());
    return fetched;
  }

  private ImageConfig config(ImageName name, Manifest manifest)
      throws IOException, InterruptedException {
    Descriptor descriptor = manifest.config();
    if (descriptor.size() > MAX_CONFIG) {
      throw new IOException(
          "pull " + name + ": its config has " + descriptor.size() + " bytes, which is too much");
    }
    byte[] bytes = read(name, client.pull(name, descriptor, store, Progress.silent()));
    ImageConfig config = ImageConfig.parse("the config of " + name, bytes);
    if (config.diffIds().size() != manifest.layers().size()) {
      throw new IOException(
          "pull "
              + name
              + ": its config has "
              + config.diffIds().size()
              + " layers, its manifest "
              + manifest.layers().size());
    }
    return config;
  }

  private static byte[] read(ImageName name, BlobStore.Blob blob) throws IOException {
    try (InputStream in = blob.open()) {
      byte[] bytes = in.readNBytes(MAX_CONFIG + 1);
      if (bytes.length > MAX_CONFIG) {
        throw new IOException("pull " + name + ": " + blob.digest() + " is no document");
      }
      return bytes;
    }
  }
}
