package dev.larder.engine.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.larder.engine.archive.TarEntry;
import dev.larder.engine.archive.TarWriter;
import dev.larder.engine.digest.Digest;
import dev.larder.engine.oci.ImageName;
import dev.larder.engine.oci.Platform;
import dev.larder.engine.store.FileBlobStore;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DockerArchiveTest {
  private static final Platform AMD64 = Platform.of("linux", "amd64");
  private static final byte[] LAYER = "the bytes of a layer".getBytes(StandardCharsets.UTF_8);

  @TempDir Path folder;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final TarWriter tar = new TarWriter(bytes);
  private FileBlobStore blobs;

  @BeforeEach
  void open() throws IOException {
    blobs = FileBlobStore.open(folder, Clock.systemUTC());
  }

  @Test
  void oldForm_followsTheLinkOfALayerThatIsThereTwice() throws Exception {
    String config = config(2);
    file("aa/layer.tar", LAYER);
    tar.entry(
        new TarEntry(
            "bb/layer.tar",
            TarEntry.Type.SYMBOLIC_LINK,
            0777,
            0,
            0,
            0,
            0,
            0,
            "../aa/layer.tar",
            0,
            0,
            new java.util.LinkedHashMap<>()));
    file("cc.json", config);
    file("manifest.json", manifest("cc.json", "\"app:1\"", "aa/layer.tar", "bb/layer.tar"));
    List<DockerArchive.Image> images = read();
    assertThat(images).hasSize(1);
    DockerArchive.Image image = images.getFirst();
    assertThat(image.id()).isEqualTo(Digest.ofText(config));
    assertThat(image.names()).containsExactly(ImageName.parse("docker.io/library/app:1"));
    assertThat(image.layers()).hasSize(2);
    assertThat(image.layers().get(1).descriptor()).isEqualTo(image.layers().get(0).descriptor());
    assertThat(blobs.find(Digest.of(LAYER))).isPresent();
    assertThat(blobs.find(image.id())).isPresent();
  }

  @Test
  void layout_isFoundByPlatform() throws Exception {
    String config = config(1);
    String manifest =
        """
        {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",
         "config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"%s","size":%d},
         "layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":"%s","size":%d}]}
        """
            .formatted(Digest.ofText(config), config.length(), Digest.of(LAYER), LAYER.length);
    String inner = index(manifest, ",\"platform\":{\"os\":\"linux\",\"architecture\":\"amd64\"}");
    blob(config);
    blob(manifest);
    blob(inner);
    file("blobs/sha256/" + Digest.of(LAYER).hex(), LAYER);
    file(
        "index.json",
        index(inner, ",\"annotations\":{\"io.containerd.image.name\":\"example.test/a:2\"}")
            .replace("image.manifest.v1", "image.index.v1"));
    List<DockerArchive.Image> images = read();
    assertThat(images.getFirst().names()).containsExactly(ImageName.parse("example.test/a:2"));
    assertThat(images.getFirst().id()).isEqualTo(Digest.ofText(config));
    assertThatIOException()
        .isThrownBy(
            () ->
                DockerArchive.read(
                    "x.tar",
                    new ByteArrayInputStream(bytes.toByteArray()),
                    Platform.of("linux", "riscv64"),
                    blobs))
        .withMessageStartingWith("read x.tar: no image for linux/riscv64; there is ");
  }

  @Test
  void damagedArchives_sayWhatIsMissing() throws Exception {
    file("manifest.json", manifest("cc.json", "", "aa/layer.tar"));
    assertThatIOException().isThrownBy(this::read).withMessage("read x.tar: it has no cc.json");
    bytes.reset();
    file("manifest.json", manifest("cc.json", "", "aa/layer.tar"));
    file("cc.json", config(1));
    assertThatIOException()
        .isThrownBy(this::read)
        .withMessage("read x.tar: its layer aa/layer.tar is missing");
    bytes.reset();
    file("manifest.json", manifest("cc.json", ""));
    file("cc.json", config(1));
    assertThatIOException()
        .isThrownBy(this::read)
        .withMessage("read x.tar: it lists 0 layers, its config 1");
    bytes.reset();
    file("manifest.json", "{}");
    assertThatIOException()
        .isThrownBy(this::read)
        .withMessage("read x.tar: not an archive as docker save writes it");
    bytes.reset();
    file("repositories", "{}");
    assertThatIOException().isThrownBy(this::read).withMessage("read x.tar: it has no index.json");
  }

  @Test
  void firstEntry_tellsImagesFromRootFileSystems() {
    String hex = "a".repeat(64);
    assertThat(
            List.of("blobs/", "./blobs/", hex + "/", hex + ".json", "manifest.json", "oci-layout"))
        .allMatch(DockerArchive::isOne);
    assertThat(List.of("./", "bin/", "etc/passwd", "blobsters/", "a.json", ""))
        .noneMatch(DockerArchive::isOne);
  }

  private List<DockerArchive.Image> read() throws IOException {
    tar.finish();
    return DockerArchive.read("x.tar", new ByteArrayInputStream(bytes.toByteArray()), AMD64, blobs);
  }

  private static String config(int layers) {
    String diffId = '"' + Digest.of(LAYER).toString() + '"';
    return "{\"os\":\"linux\",\"architecture\":\"amd64\",\"config\":{},\"rootfs\":{\"type\":\"layers\","
        + "\"diff_ids\":["
        + String.join(",", Collections.nCopies(layers, diffId))
        + "]}}";
  }

  private static String manifest(String config, String tags, String... layers) {
    String paths =
        String.join(",", List.of(layers).stream().map(path -> '"' + path + '"').toList());
    return "[{\"Config\":\"%s\",\"RepoTags\":[%s],\"Layers\":[%s]}]".formatted(config, tags, paths);
  }

  private static String index(String manifest, String more) {
    return "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.index.v1+json\",\"manifests\":[{"
        + "\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"digest\":\"%s\",\"size\":%d%s}]}"
            .formatted(Digest.ofText(manifest), manifest.length(), more);
  }

  private void blob(String content) throws IOException {
    file("blobs/sha256/" + Digest.ofText(content).hex(), content);
  }

  private void file(String path, String content) throws IOException {
    file(path, content.getBytes(StandardCharsets.UTF_8));
  }

  private void file(String path, byte[] content) throws IOException {
    tar.entry(TarEntry.file(path, 0644, content.length, 0), new ByteArrayInputStream(content));
  }
}
