package dev.larder.engine.build;

import dev.larder.engine.digest.Digest;
import dev.larder.engine.oci.Descriptor;
import dev.larder.engine.oci.ImageConfig;
import dev.larder.engine.oci.ImageDocument;
import dev.larder.engine.oci.Index;
import dev.larder.engine.oci.Manifest;
import dev.larder.engine.oci.Platform;
import dev.larder.engine.store.BlobStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * An image in a folder (OCI image specification, "Image Layout"). Its blobs are taken into the blob
 * store, each checked against its digest.
 */
final class OciLayout {
  private static final String REF_NAME = "org.opencontainers.image.ref.name";
  private static final int MAX_DEPTH = 3;

  record Found(Manifest manifest, ImageConfig config) {}

  private final Path folder;
  private final BlobStore blobs;

  private OciLayout(Path folder, BlobStore blobs) {
    this.folder = folder;
    this.blobs = blobs;
  }

  /**
   * Finds an image.
   *
   * @param reference a tag, a digest, or empty for the only image there is
   */
  static Found find(Path folder, String reference, Platform platform, BlobStore blobs)
      throws IOException {
    OciLayout layout = new OciLayout(folder, blobs);
    Manifest manifest = layout.manifest(layout.root(reference), platform);
    ImageConfig config =
        ImageConfig.parse("the config in " + folder, layout.read(manifest.config().digest()));
    for (Descriptor layer : manifest.layers()) {
      layout.take(layer.digest());
    }
    return new Found(manifest, config);
  }

  private Descriptor root(String reference) throws IOException {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(folder.resolve("index.json"));
    } catch (NoSuchFileException e) {
      throw new IOException("read OCI layout " + folder + ": it has no index.json", e);
    }
    List<Descriptor> all = Index.parse(folder + "/index.json", bytes).manifests();
    Optional<Descriptor> found =
        reference.isEmpty() && all.size() == 1
            ? Optional.of(all.getFirst())
            : all.stream()
                .filter(
                    d ->
                        d.digest().toString().equals(reference)
                            || (reference.isEmpty() ? "latest" : reference)
                                .equals(d.annotations().get(REF_NAME)))
                .findFirst();
    return found.orElseThrow(
        () ->
            new IOException(
                "read OCI layout "
                    + folder
                    + ": no image "
                    + (reference.isEmpty() ? "without a name among several" : reference)
                    + "; there is "
                    + all.stream()
                        .map(d -> d.annotations().getOrDefault(REF_NAME, d.digest().toString()))
                        .toList()));
  }

  private Manifest manifest(Descriptor root, Platform platform) throws IOException {
    Descriptor at = root;
    for (int depth = 0; depth <= MAX_DEPTH; depth++) {
      switch (ImageDocument.parse(
          "blob " + at.digest() + " of " + folder, read(at.digest()), at.mediaType())) {
        case Manifest manifest -> {
          return manifest;
        }
        case Index index ->
            at =
                index
                    .select(platform)
                    .orElseThrow(
                        () ->
                            new IOException(
                                "read OCI layout "
                                    + folder
                                    + ": no image for "
                                    + platform
                                    + "; there is "
                                    + index.platforms()));
      }
    }
    throw new IOException("read OCI layout " + folder + ": its indexes are nested too deep");
  }

  private byte[] read(Digest digest) throws IOException {
    try (InputStream in = take(digest).open()) {
      return in.readAllBytes();
    }
  }

  private BlobStore.Blob take(Digest digest) throws IOException {
    Optional<BlobStore.Blob> known = blobs.find(digest);
    if (known.isPresent()) {
      return known.get();
    }
    try (InputStream in = Files.newInputStream(folder.resolve("blobs/sha256/" + digest.hex()))) {
      return blobs.put(digest, in);
    } catch (NoSuchFileException e) {
      throw new IOException("read OCI layout " + folder + ": blob " + digest + " is missing", e);
    }
  }
}
