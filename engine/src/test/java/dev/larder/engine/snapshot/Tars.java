package dev.larder.engine.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.engine.archive.TarEntry;
import dev.larder.engine.archive.TarReader;
import dev.larder.engine.archive.TarWriter;
import dev.larder.engine.digest.Digest;
import dev.larder.engine.oci.Descriptor;
import dev.larder.engine.oci.MediaType;
import dev.larder.engine.store.BlobStore;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/** Small archives for tests. */
final class Tars {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final TarWriter tar = new TarWriter(out);

  Tars file(String path, String content) throws IOException {
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    return entry(TarEntry.file(path, 0644, bytes.length, 1_000), content);
  }

  Tars folder(String path) throws IOException {
    return entry(TarEntry.folder(path, 0755, 2_000), "");
  }

  Tars symbolicLink(String path, String target) throws IOException {
    return entry(link(path, TarEntry.Type.SYMBOLIC_LINK, target), "");
  }

  Tars hardLink(String path, String target) throws IOException {
    return entry(link(path, TarEntry.Type.HARD_LINK, target), "");
  }

  private static TarEntry link(String path, TarEntry.Type type, String target) {
    return new TarEntry(path, type, 0644, 0, 0, 0, 1_000, 0, target, 0, 0, new LinkedHashMap<>());
  }

  Tars entry(TarEntry entry, String content) throws IOException {
    tar.entry(entry, new ByteArrayInputStream(content.getBytes(StandardCharsets.UTF_8)));
    return this;
  }

  byte[] bytes() throws IOException {
    tar.finish();
    return out.toByteArray();
  }

  static LayerBlob blob(byte[] tar) {
    return new LayerBlob(Digest.of(tar), Descriptor.of(MediaType.OCI_LAYER_TAR, tar));
  }

  static Snapshot unpack(Snapshots snapshots, Snapshot base, byte[] tar) throws IOException {
    return snapshots.unpack(base, blob(tar), () -> new ByteArrayInputStream(tar));
  }

  /** The entries as {@code TYPE path -> link}, with the content of files. */
  static List<String> entries(BlobStore blobs, LayerBlob blob) throws IOException {
    List<String> lines = new ArrayList<>();
    try (InputStream in = blobs.find(blob.descriptor().digest()).orElseThrow().open()) {
      TarReader reader = new TarReader(in);
      for (Optional<TarEntry> e = reader.next(); e.isPresent(); e = reader.next()) {
        String content = new String(reader.content().readAllBytes(), StandardCharsets.UTF_8);
        String link = e.get().link();
        lines.add(
            e.get().type()
                + " "
                + e.get().path()
                + (link.isEmpty() ? "" : " -> " + link)
                + (content.isEmpty() ? "" : " = " + content));
      }
    }
    assertThat(blob.descriptor().size()).isPositive();
    return lines;
  }
}
