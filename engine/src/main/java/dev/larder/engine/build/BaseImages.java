package dev.larder.engine.build;

import dev.larder.engine.archive.Compression;
import dev.larder.engine.digest.Digest;
import dev.larder.engine.event.BuildEvent;
import dev.larder.engine.event.Events;
import dev.larder.engine.fetch.Allowance;
import dev.larder.engine.graph.GitAddress;
import dev.larder.engine.graph.Op;
import dev.larder.engine.image.ImageStore;
import dev.larder.engine.image.StoredImage;
import dev.larder.engine.oci.Descriptor;
import dev.larder.engine.oci.ImageConfig;
import dev.larder.engine.oci.ImageName;
import dev.larder.engine.oci.Manifest;
import dev.larder.engine.oci.Platform;
import dev.larder.engine.plan.BaseNotFoundException;
import dev.larder.engine.plan.Bases;
import dev.larder.engine.registry.Progress;
import dev.larder.engine.registry.PulledImage;
import dev.larder.engine.registry.Puller;
import dev.larder.engine.snapshot.LayerBlob;
import dev.larder.engine.snapshot.Snapshot;
import dev.larder.engine.snapshot.Snapshots;
import dev.larder.engine.store.BlobStore;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The images that a build stands on: named contexts, the image store, a Docker engine of this
 * machine, a registry, in that order. A stored tag is used without asking anybody unless the build
 * says {@code --pull}. Layers are fetched and unpacked only when a step needs them.
 */
final class BaseImages implements Bases {
  /** How the layers of an image that was looked up come here. */
  private sealed interface Layers {
    record Unpacked(Snapshot snapshot) implements Layers {}

    record Remote(PulledImage image) implements Layers {}

    record InStore(Manifest manifest, ImageConfig config) implements Layers {}
  }

  private final BuildRequest request;
  private final MainContext main;
  private final ImageStore images;
  private final BlobStore blobs;
  private final Snapshots snapshots;
  private final Registries registries;
  private final Events events;
  private final Clock clock;
  private final Allowance allowance;
  private final DockerBases docker;
  private final Map<String, Layers> layers = new ConcurrentHashMap<>();
  private final Set<String> unpacked = ConcurrentHashMap.newKeySet();

  BaseImages(
      BuildRequest request,
      MainContext main,
      ImageStore images,
      BlobStore blobs,
      Snapshots snapshots,
      Registries registries,
      Events events,
      Clock clock,
      Allowance allowance,
      DockerBases docker) {
    this.request = request;
    this.main = main;
    this.images = images;
    this.blobs = blobs;
    this.snapshots = snapshots;
    this.registries = registries;
    this.events = events;
    this.clock = clock;
    this.allowance = allowance;
    this.docker = docker;
  }

  @Override
  public Base context() throws IOException, InterruptedException {
    return main.base();
  }

  @Override
  public Optional<Base> namedContext(String name, Platform platform)
      throws IOException, InterruptedException {
    for (Map.Entry<String, BuildRequest.NamedContext> entry : request.contexts().entrySet()) {
      if (same(entry.getKey(), name)) {
        return Optional.of(
            switch (entry.getValue()) {
              case BuildRequest.NamedContext.Folder _ -> new Base.Folder(entry.getKey());
              case BuildRequest.NamedContext.Image(ImageName image) ->
                  image(image.withDefaultTag(), platform);
              case BuildRequest.NamedContext.Stored(ImageName image) -> stored(image);
              case BuildRequest.NamedContext.OciLayout layout -> layout(name, layout, platform);
              case BuildRequest.NamedContext.Git(Op.Git git) ->
                  new Base.Git(git, "[internal] load git source " + git.shown());
              case BuildRequest.NamedContext.Web(URI url) ->
                  new Base.File(
                      new Op.Http(url, Optional.empty(), "context"),
                      false,
                      "[context " + name + "] " + GitAddress.withoutPassword(url.toString()));
              case BuildRequest.NamedContext.Nothing _ -> new Base.Nothing();
            });
      }
    }
    return Optional.empty();
  }

  /** {@code alpine} and {@code docker.io/library/alpine:latest} are the same name. */
  private static boolean same(String context, String name) {
    if (context.toLowerCase(Locale.ROOT).equals(name.toLowerCase(Locale.ROOT))) {
      return true;
    }
    try {
      return ImageName.parse(context)
          .withDefaultTag()
          .equals(ImageName.parse(name).withDefaultTag());
    } catch (IllegalArgumentException stageName) {
      return false;
    }
  }

  private Base.Image layout(
      String name, BuildRequest.NamedContext.OciLayout layout, Platform platform)
      throws IOException {
    OciLayout.Found found = OciLayout.find(layout.path(), layout.reference(), platform, blobs);
    String handle = "layout:" + found.config().digest();
    layers.put(handle, new Layers.InStore(found.manifest(), found.config()));
    ImageName shown = ImageName.parse(name.toLowerCase(Locale.ROOT));
    return new Base.Image(shown, found.config().platform(), found.config(), handle);
  }

  @Override
  public Base.Image image(ImageName name, Platform platform)
      throws IOException, InterruptedException {
    Optional<StoredImage> stored = images.find(name);
    boolean usable = stored.isPresent() && runs(stored.get(), platform);
    if (usable && !request.pull()) {
      return stored(name, stored.get());
    }
    if (!request.pull()) {
      Optional<StoredImage> beside = docker.find(name, platform);
      if (beside.isPresent()) {
        return stored(name, beside.get());
      }
    }
    if (request.fetch().offline()) {
      throw offline(name, stored);
    }
    try {
      return pulled(name, platform);
    } catch (IOException e) {
      if (usable) {
        warn(
            name
                + ": used as stored on this machine, since its registry did not answer for it: "
                + e.getMessage());
        return stored(name, stored.get());
      }
      String other =
          stored.isPresent()
              ? "the one stored here is for " + images.config(stored.get().id()).platform() + "; "
              : "not stored on this machine; ";
      throw new BaseNotFoundException(
          name.familiar() + ": " + other + e.getMessage(),
          "larder import ROOTFS.tar " + name.familiar() + " makes one of a root file system");
    }
  }

  private BaseNotFoundException offline(ImageName name, Optional<StoredImage> stored)
      throws IOException {
    String other =
        stored.isPresent()
            ? "the one stored here is for " + images.config(stored.get().id()).platform()
            : "not stored on this machine";
    return new BaseNotFoundException(
        name.familiar() + ": " + other + ", and the build is offline",
        "larder pull " + name.familiar() + " fetches it");
  }

  private Base.Image stored(ImageName name) throws IOException {
    Optional<StoredImage> stored = images.find(name);
    if (stored.isEmpty()) {
      throw new BaseNotFoundException(name.familiar() + ": not stored on this machine", "");
    }
    return stored(name, stored.get());
  }

  private boolean runs(StoredImage image, Platform platform) throws IOException {
    return platform.runs(images.config(image.id()).platform());
  }

  private Base.Image stored(ImageName name, StoredImage image) throws IOException {
    ImageConfig config = images.config(image.id());
    String handle = "store:" + image.id();
    if (image.files().isPresent() && snapshots.has(image.files().get())) {
      layers.put(handle, new Layers.Unpacked(image.files().get()));
    } else {
      Digest digest =
          image
              .manifest()
              .orElseThrow(() -> new IOException("image " + name + ": its layers are gone"));
      Manifest manifest = Manifest.parse("the manifest of " + name, read(digest));
      Descriptor descriptor = Descriptor.of(manifest.mediaType(), read(digest));
      layers.put(
          handle, new Layers.Remote(new PulledImage(name, digest, descriptor, manifest, config)));
    }
    return new Base.Image(name, config.platform(), config, handle);
  }

  private byte[] read(Digest digest) throws IOException {
    try (InputStream in =
        blobs
            .find(digest)
            .orElseThrow(() -> new IOException("read " + digest + ": the blob is gone"))
            .open()) {
      return in.readAllBytes();
    }
  }

  private Base.Image pulled(ImageName name, Platform platform)
      throws IOException, InterruptedException {
    Digest vertex = Digest.ofText("metadata " + name);
    String step = "[internal] load metadata for " + name;
    var started = clock.instant();
    events.accept(
        new BuildEvent.Planned(started, List.of(new BuildEvent.Step(vertex, step, false))));
    events.accept(new BuildEvent.Started(started, vertex));
    try {
      PulledImage image = registries.puller(blobs).resolve(name, platform);
      end(vertex, new BuildEvent.Outcome.Ran(Duration.between(started, clock.instant())));
      String handle = "registry:" + image.digest();
      layers.put(handle, new Layers.Remote(image));
      images.put(
          name,
          new StoredImage(
              image.manifest().config().digest(),
              Optional.empty(),
              Optional.of(image.digest()),
              clock.instant()));
      ImageName pinned = name.withDigest(image.root());
      return new Base.Image(pinned, image.config().platform(), image.config(), handle);
    } catch (IOException e) {
      end(
          vertex,
          new BuildEvent.Outcome.Failed(
              Duration.between(started, clock.instant()), String.valueOf(e.getMessage())));
      throw e;
    }
  }

  private void end(Digest vertex, BuildEvent.Outcome outcome) {
    events.accept(new BuildEvent.Ended(clock.instant(), vertex, outcome));
  }

  private void warn(String text) {
    events.accept(new BuildEvent.Warned(clock.instant(), Optional.empty(), text));
  }

  /** The files of an image that was looked up, fetched and unpacked as far as they are missing. */
  Snapshot files(String handle, Digest vertex) throws IOException, InterruptedException {
    return switch (layers.get(handle)) {
      case Layers.Unpacked(Snapshot snapshot) -> snapshot;
      case Layers.Remote(PulledImage image) -> {
        Puller puller = registries.puller(blobs);
        yield unpack(
            handle,
            image.manifest(),
            image.config(),
            () -> {
              if (request.fetch().offline()) {
                requireLayers(image);
              } else {
                pullLayers(puller, image, vertex);
              }
            });
      }
      case Layers.InStore(Manifest manifest, ImageConfig config) ->
          unpack(handle, manifest, config, () -> {});
      case null -> throw new IllegalStateException("nobody looked up " + handle);
    };
  }

  /** An image that was looked up is not unpacked here. */
  private static final class NotHereException extends IOException {
    private static final long serialVersionUID = 1L;
  }

  /**
   * The files of an image that was looked up, if nothing has to be fetched or unpacked for them.
   */
  Optional<Snapshot> filesHere(String handle) throws IOException, InterruptedException {
    Fetch never =
        () -> {
          throw new NotHereException();
        };
    try {
      return switch (layers.get(handle)) {
        case Layers.Unpacked(Snapshot snapshot) -> Optional.of(snapshot);
        case Layers.Remote(PulledImage image) ->
            Optional.of(unpack(handle, image.manifest(), image.config(), never));
        case Layers.InStore(Manifest manifest, ImageConfig config) ->
            Optional.of(unpack(handle, manifest, config, never));
        case null -> Optional.empty();
      };
    } catch (NotHereException notHere) {
      return Optional.empty();
    }
  }

  /** The layers of an image that was looked up that are not on this machine. */
  List<Descriptor> missing(String handle) throws IOException {
    return layers.get(handle) instanceof Layers.Remote(PulledImage image)
        ? missing(image)
        : List.of();
  }

  private List<Descriptor> missing(PulledImage image) throws IOException {
    List<Descriptor> missing = new ArrayList<>();
    for (Descriptor layer : image.manifest().layers()) {
      if (blobs.find(layer.digest()).isEmpty()) {
        missing.add(layer);
      }
    }
    return missing;
  }

  /** Sizes are known beforehand: what is too much is not begun. */
  private void pullLayers(Puller puller, PulledImage image, Digest vertex)
      throws IOException, InterruptedException {
    List<Descriptor> missing = missing(image);
    allowance.expect(image.name().toString(), missing.stream().mapToLong(Descriptor::size).sum());
    puller.pullLayers(image, progress(vertex));
    for (Descriptor layer : missing) {
      allowance.take(image.name() + " layer " + layer.digest().abbreviated(), layer.size());
    }
  }

  private void requireLayers(PulledImage image) throws IOException {
    for (Descriptor layer : image.manifest().layers()) {
      if (blobs.find(layer.digest()).isEmpty()) {
        throw new IOException(
            "pull "
                + image.name()
                + ": layer "
                + layer.digest()
                + " is not stored on this machine, and the build is offline");
      }
    }
  }

  /** The digest of an image that was looked up: its manifest's, or its own where it has none. */
  Optional<Digest> digest(String handle) {
    return switch (layers.get(handle)) {
      case Layers.Remote(PulledImage image) -> Optional.of(image.digest());
      case Layers.InStore(Manifest _, ImageConfig config) -> Optional.of(config.digest());
      case Layers.Unpacked _ -> Optional.of(Digest.parse(handle.substring("store:".length())));
      case null -> Optional.empty();
    };
  }

  /** Whether nothing had to be fetched or unpacked for it. */
  boolean wasHere(String handle) {
    return !unpacked.contains(handle);
  }

  private Progress progress(Digest vertex) {
    return (blob, done, received) ->
        events.accept(
            new BuildEvent.Moved(
                clock.instant(),
                vertex,
                blob.digest().toString(),
                BuildEvent.Source.REGISTRY,
                done,
                OptionalLong.of(blob.size()),
                received));
  }

  /** Brings all layers into the blob store, side by side. */
  private interface Fetch {
    void run() throws IOException, InterruptedException;
  }

  private Snapshot unpack(String handle, Manifest manifest, ImageConfig config, Fetch fetch)
      throws IOException, InterruptedException {
    List<Descriptor> descriptors = manifest.layers();
    Snapshot snapshot = Snapshot.EMPTY;
    boolean[] fetched = {false};
    for (int i = 0; i < descriptors.size(); i++) {
      LayerBlob blob = new LayerBlob(config.diffIds().get(i), descriptors.get(i));
      snapshot =
          snapshots.unpack(
              snapshot,
              blob,
              () -> {
                unpacked.add(handle);
                if (!fetched[0]) {
                  fetchNow(fetch);
                  fetched[0] = true;
                }
                return open(blobs, blob.descriptor());
              });
    }
    return snapshot;
  }

  private static void fetchNow(Fetch fetch) throws IOException {
    try {
      fetch.run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new java.io.InterruptedIOException("pull: interrupted");
    }
  }

  /** The unpacked bytes of a layer. */
  static InputStream open(BlobStore blobs, Descriptor layer) throws IOException {
    return Compression.open(
        blobs
            .find(layer.digest())
            .orElseThrow(() -> new IOException("read layer " + layer.digest() + ": it is gone"))
            .open());
  }
}
