package dev.larder.engine.registry;

import dev.larder.engine.digest.Digest;
import dev.larder.engine.oci.Index;
import dev.larder.engine.oci.Manifest;
import dev.larder.engine.oci.Platform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.stream.Stream;

/** Brings an exported image into a registry. */
public final class TestPush {
  private TestPush() {}

  /** All blobs of a layout, and its first manifest under a tag. */
  public static void layout(DebianRegistry registry, String repository, String tag, Path layout)
      throws IOException {
    SequencedMap<Digest, byte[]> blobs = new LinkedHashMap<>();
    try (Stream<Path> files = Files.list(layout.resolve("blobs/sha256"))) {
      for (Path file : files.toList()) {
        byte[] bytes = Files.readAllBytes(file);
        blobs.put(Digest.of(bytes), bytes);
      }
    }
    Index index = Index.parse("index", Files.readAllBytes(layout.resolve("index.json")));
    byte[] bytes = blobs.get(index.manifests().getFirst().digest());
    if (bytes == null) {
      throw new IOException("no manifest in " + layout);
    }
    Manifest manifest = Manifest.parse("manifest", bytes);
    registry.push(
        repository,
        tag,
        new TestImage(manifest, blobs, Platform.host(System.getProperty("os.arch"))),
        "");
  }
}
