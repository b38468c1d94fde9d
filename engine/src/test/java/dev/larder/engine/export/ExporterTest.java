package dev.larder.engine.export;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.larder.engine.archive.Compression;
import dev.larder.engine.archive.TarEntry;
import dev.larder.engine.archive.TarReader;
import dev.larder.engine.digest.Digest;
import dev.larder.engine.oci.Descriptor;
import dev.larder.engine.oci.ImageConfig;
import dev.larder.engine.oci.ImageName;
import dev.larder.engine.oci.Index;
import dev.larder.engine.oci.Manifest;
import dev.larder.engine.oci.MediaType;
import dev.larder.engine.oci.Platform;
import dev.larder.engine.snapshot.FolderSnapshots;
import dev.larder.engine.snapshot.Snapshot;
import dev.larder.engine.snapshot.Snapshots;
import dev.larder.engine.store.BlobStore;
import dev.larder.engine.store.FileBlobStore;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ExporterTest {
  private static final Instant TIME = Instant.parse("2026-11-05T10:00:00.5Z");
  private static final Platform PLATFORM = new Platform("linux", "amd64", "", "", List.of());

  @TempDir Path home;
  private BlobStore blobs;
  private Snapshots snapshots;
  private Exporter exporter;
  private FinishedImage image;

  @BeforeEach
  void makeImage() throws IOException {
    blobs = FileBlobStore.open(home.resolve("blobs"), Clock.systemUTC());
    snapshots = new FolderSnapshots(Files.createDirectory(home.resolve("copies")), blobs);
    exporter = Exporter.open(home.resolve("compressed"), snapshots, blobs);
    Snapshot files;
    try (Snapshots.Draft draft = snapshots.draft(Snapshot.EMPTY)) {
      Path bin = Files.createDirectory(draft.root().resolve("bin"));
      Files.writeString(bin.resolve("tool"), "#!/bin/sh\n");
      Files.setPosixFilePermissions(
          bin.resolve("tool"), PosixFilePermissions.fromString("rwxr-x---"));
      Files.createLink(bin.resolve("twin"), bin.resolve("tool"));
      Files.createSymbolicLink(draft.root().resolve("link"), Path.of("bin/tool"));
      Files.setLastModifiedTime(bin.resolve("tool"), FileTime.fromMillis(1_600));
      Files.setLastModifiedTime(bin, FileTime.fromMillis(5_000));
      files = draft.commit();
    }
    image = image(files, List.of(ImageName.parse("app:1"), ImageName.parse("ghcr.io/me/app")));
  }

  private FinishedImage image(Snapshot files, List<ImageName> names) throws IOException {
    Digest diffId = snapshots.blob(files).diffId();
    String config =
        """
        {"architecture":"amd64","os":"linux","config":{},"rootfs":{"type":"layers","diff_ids":["%s"]}}\
        """
            .formatted(diffId);
    assertThat(ImageConfig.parse("config", config.getBytes(UTF_8)).diffIds())
        .containsExactly(diffId);
    BlobStore.Blob blob = blobs.put(config.getBytes(UTF_8));
    return new FinishedImage(blob.digest(), PLATFORM, files, names, TIME, Annotations.NONE);
  }

  @Test
  void ociTar_isALayoutThatNamesTheImage() throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Descriptor descriptor = exporter.ociTar(image, out);
    Map<String, byte[]> tar = untar(out.toByteArray());
    assertThat(List.copyOf(tar.keySet()))
        .isSorted()
        .contains("blobs/sha256", "index.json", "oci-layout");
    assertThat(tar).hasSize(2 + 3 + 2);
    assertThat(new String(content(tar, "oci-layout"), UTF_8))
        .isEqualTo("{\"imageLayoutVersion\":\"1.0.0\"}");
    Index index = Index.parse("index", content(tar, "index.json"));
    assertThat(index.manifests())
        .extracting(one -> one.annotations().get("io.containerd.image.name"))
        .containsExactly("docker.io/library/app:1", "ghcr.io/me/app:latest");
    Descriptor first = index.manifests().getFirst();
    assertThat(first.digest()).isEqualTo(descriptor.digest());
    assertThat(first.platform()).isEqualTo(PLATFORM);
    assertThat(first.annotations())
        .containsEntry("org.opencontainers.image.ref.name", "1")
        .containsEntry("org.opencontainers.image.created", "2026-11-05T10:00:00Z");
    Manifest manifest = Manifest.parse("manifest", blob(tar, descriptor));
    assertThat(manifest.mediaType()).isEqualTo(MediaType.OCI_MANIFEST);
    assertThat(manifest.config().digest()).isEqualTo(image.config());
    Descriptor layer = manifest.layers().getFirst();
    assertThat(layer.mediaType()).isEqualTo(MediaType.OCI_LAYER_GZIP);
    try (InputStream in = Compression.open(new ByteArrayInputStream(blob(tar, layer)))) {
      assertThat(Digest.of(in)).isEqualTo(snapshots.blob(image.files()).diffId());
    }
  }

  @Test
  void annotations_standInTheLayoutsManifestAndIndex() throws Exception {
    FinishedImage annotated =
        new FinishedImage(
            image.config(),
            PLATFORM,
            image.files(),
            image.names(),
            TIME,
            new Annotations(
                new TreeMap<>(Map.of("org.example.of", "manifest")),
                new TreeMap<>(Map.of("org.example.of", "descriptor"))));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Descriptor descriptor = exporter.ociTar(annotated, out);
    Map<String, byte[]> tar = untar(out.toByteArray());
    assertThat(Manifest.parse("manifest", blob(tar, descriptor)).annotations())
        .isEqualTo(Map.of("org.example.of", "manifest"));
    assertThat(Index.parse("index", content(tar, "index.json")).manifests())
        .allSatisfy(
            one ->
                assertThat(one.annotations())
                    .containsEntry("org.example.of", "descriptor")
                    .containsKey("io.containerd.image.name"));
    ByteArrayOutputStream docker = new ByteArrayOutputStream();
    Descriptor plain = exporter.dockerTar(annotated, docker);
    assertThat(Manifest.parse("m", blob(untar(docker.toByteArray()), plain)).annotations())
        .isEmpty();
  }

  @Test
  void dockerTar_hasAManifestForDockerLoad() throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Descriptor descriptor = exporter.dockerTar(image, out);
    Map<String, byte[]> tar = untar(out.toByteArray());
    Manifest manifest = Manifest.parse("manifest", blob(tar, descriptor));
    assertThat(manifest.mediaType()).isEqualTo(MediaType.DOCKER_MANIFEST);
    Descriptor layer = manifest.layers().getFirst();
    assertThat(layer.mediaType()).isEqualTo(MediaType.DOCKER_LAYER_GZIP);
    JsonArray all =
        JsonParser.parseString(new String(content(tar, "manifest.json"), UTF_8)).getAsJsonArray();
    JsonObject one = all.get(0).getAsJsonObject();
    assertThat(one.get("Config").getAsString()).isEqualTo("blobs/sha256/" + image.config().hex());
    assertThat(one.get("RepoTags")).hasToString("[\"app:1\",\"ghcr.io/me/app:latest\"]");
    assertThat(one.get("Layers")).hasToString("[\"blobs/sha256/" + layer.digest().hex() + "\"]");
  }

  @Test
  void exports_areEqualBytes_andPackALayerOnce() throws Exception {
    ByteArrayOutputStream first = new ByteArrayOutputStream();
    ByteArrayOutputStream second = new ByteArrayOutputStream();
    exporter.ociTar(image, first);
    int blobsBefore = blobs.uses().size();
    Exporter.open(home.resolve("compressed"), snapshots, blobs).ociTar(image, second);
    assertThat(second.toByteArray()).isEqualTo(first.toByteArray());
    assertThat(blobs.uses()).hasSize(blobsBefore);
  }

  @Test
  void ociFolder_keepsOtherImages_andReplacesItsOwnName() throws Exception {
    Path folder = home.resolve("layout");
    exporter.ociFolder(image(image.files(), List.of(ImageName.parse("other"))), folder);
    Snapshot changed;
    try (Snapshots.Draft draft = snapshots.draft(Snapshot.EMPTY)) {
      Files.writeString(draft.root().resolve("new"), "1");
      changed = draft.commit();
    }
    exporter.ociFolder(image, folder);
    Descriptor descriptor = exporter.ociFolder(image(changed, image.names()), folder);
    Index index = Index.parse("index", Files.readAllBytes(folder.resolve("index.json")));
    assertThat(index.manifests())
        .extracting(one -> one.annotations().get("io.containerd.image.name"))
        .containsExactly(
            "docker.io/library/other:latest", "docker.io/library/app:1", "ghcr.io/me/app:latest");
    assertThat(index.manifests().getLast().digest()).isEqualTo(descriptor.digest());
    assertThat(folder.resolve("blobs/sha256/" + descriptor.digest().hex())).exists();
    assertThat(folder.resolve("oci-layout")).exists();
  }

  @Test
  void damagedBlob_isNotHandedOn() throws Exception {
    exporter.ociTar(image, new ByteArrayOutputStream());
    Path config =
        home.resolve("blobs/sha256/" + image.config().hex().substring(0, 2))
            .resolve(image.config().hex());
    String text = Files.readString(config);
    Files.writeString(config, text.replace("linux", "linuy"));
    Path file = home.resolve("image.tar");
    Files.writeString(file, "before");
    assertThatThrownBy(() -> ExportFile.write(file, out -> exporter.ociTar(image, out)))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("write " + file + ": check blob " + image.config());
    assertThat(file).hasContent("before");
    assertThat(home.toFile().list()).noneMatch(name -> name.startsWith(".image"));
  }

  @Test
  void configOfOtherLayers_isRefused() throws Exception {
    FinishedImage wrong =
        new FinishedImage(
            image.config(), PLATFORM, Snapshot.EMPTY, List.of(), TIME, Annotations.NONE);
    assertThatThrownBy(() -> exporter.ociTar(wrong, new ByteArrayOutputStream()))
        .hasMessageContaining("its config names the layers [sha256:");
  }

  @Test
  void tar_hasTheFiles() throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    exporter.tar(image.files(), out);
    TarReader reader = new TarReader(new ByteArrayInputStream(out.toByteArray()));
    List<String> entries = new ArrayList<>();
    for (Optional<TarEntry> e = reader.next(); e.isPresent(); e = reader.next()) {
      entries.add(
          "%s %o %s %d %s"
              .formatted(
                  e.get().type(),
                  e.get().mode(),
                  e.get().path(),
                  e.get().mtimeSeconds(),
                  e.get().link()));
    }
    assertThat(entries.subList(0, 3))
        .containsExactly(
            "FOLDER 755 bin 5 ", "FILE 750 bin/tool 2 ", "HARD_LINK 750 bin/twin 2 bin/tool");
    assertThat(entries.get(3)).startsWith("SYMBOLIC_LINK 777 link ").endsWith(" bin/tool");
    assertThat(entries).hasSize(4);
  }

  @Test
  void local_copiesFiles_beside_whatIsThere() throws Exception {
    Path folder = home.resolve("out");
    Files.createDirectories(folder.resolve("bin"));
    Files.writeString(folder.resolve("bin/tool"), "old");
    Files.writeString(folder.resolve("bin/mine"), "mine");
    for (int i = 0; i < 2; i++) {
      exporter.local(image.files(), folder);
      assertThat(folder.resolve("bin/tool")).hasContent("#!/bin/sh\n");
      assertThat(folder.resolve("bin/mine")).hasContent("mine");
      assertThat(
              PosixFilePermissions.toString(
                  Files.getPosixFilePermissions(folder.resolve("bin/tool"))))
          .isEqualTo("rwxr-x---");
      assertThat(Files.getLastModifiedTime(folder.resolve("bin/tool")).toMillis()).isEqualTo(1_600);
      assertThat(Files.getLastModifiedTime(folder.resolve("bin")).toMillis()).isEqualTo(5_000);
      assertThat(Files.isSameFile(folder.resolve("bin/tool"), folder.resolve("bin/twin"))).isTrue();
      assertThat(Files.readSymbolicLink(folder.resolve("link"))).hasToString("bin/tool");
      assertThat(folder.resolve("bin").toFile().list()).hasSize(3);
    }
  }

  @Test
  void local_neverRemovesAFolder() throws Exception {
    Path folder = home.resolve("out");
    Files.createDirectories(folder.resolve("link/mine"));
    assertThatThrownBy(() -> exporter.local(image.files(), folder))
        .hasMessage(
            "export to %s: \"link\" is a folder there, and none in the image".formatted(folder));
    assertThat(folder.resolve("link/mine")).exists();
  }

  private static byte[] blob(Map<String, byte[]> tar, Descriptor descriptor) {
    byte[] bytes = content(tar, "blobs/sha256/" + descriptor.digest().hex());
    assertThat(Digest.of(bytes)).isEqualTo(descriptor.digest());
    assertThat((long) bytes.length).isEqualTo(descriptor.size());
    return bytes;
  }

  private static byte[] content(Map<String, byte[]> tar, String name) {
    return Optional.ofNullable(tar.get(name)).orElseThrow();
  }

  private static Map<String, byte[]> untar(byte[] bytes) throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    TarReader reader = new TarReader(new ByteArrayInputStream(bytes));
    for (Optional<TarEntry> e = reader.next(); e.isPresent(); e = reader.next()) {
      assertThat(entries.put(e.get().path(), reader.content().readAllBytes())).isNull();
    }
    return entries;
  }
}
