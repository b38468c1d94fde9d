package dev.larder.engine.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.engine.digest.Digest;
import dev.larder.engine.oci.Descriptor;
import dev.larder.engine.oci.ImageName;
import dev.larder.engine.oci.Platform;
import dev.larder.engine.store.BlobStore;
import dev.larder.engine.store.DigestMismatchException;
import dev.larder.engine.store.FileBlobStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against Debian's {@code docker-registry}, the reference implementation. */
final class RegistryIT {
  private static final Platform AMD64 = Platform.of("linux", "amd64");
  private static final TestImage IMAGE = TestImage.of(AMD64, 7, 5_000_000, 1_000_000, 10);

  @TempDir Path root;
  private DebianRegistry registry;
  private BlobStore store;

  @BeforeEach
  void open() throws Exception {
    store = FileBlobStore.open(root.resolve("blobs"), Clock.systemUTC());
    registry = DebianRegistry.start(root.resolve("registry"), "");
    registry.push("app", "1", IMAGE, "");
  }

  @AfterEach
  void close() {
    registry.close();
  }

  private static Settings settings(Keychain keychain) {
    return new Settings(
        keychain,
        Proxies.none(),
        List.of(),
        Set.of(),
        Duration.ofSeconds(5),
        Duration.ofSeconds(20),
        Clock.systemUTC(),
        duration -> Thread.sleep(duration.dividedBy(10)));
  }

  @Test
  void pull_bringsAnImage() throws Exception {
    try (RegistryClient client = RegistryClient.of(settings(Keychain.empty()))) {
      PulledImage image =
          new Puller(client, store).pull(registry.name("app:1"), AMD64, Progress.silent());
      assertThat(image.manifest()).isEqualTo(IMAGE.manifest());
      for (Descriptor layer : image.layers()) {
        assertThat(content(layer.digest())).isEqualTo(IMAGE.blobs().get(layer.digest()));
      }
      assertThatThrownBy(() -> client.fetch(registry.name("app:none")))
          .hasMessageContaining("MANIFEST_UNKNOWN: manifest unknown");
    }
  }

  @Test
  void cutInTheMiddle_goesOn_andOnlyTheRestIsTransferred() throws Exception {
    try (CuttingProxy proxy = new CuttingProxy(registry.port(), 2_000_000);
        RegistryClient client = RegistryClient.of(settings(Keychain.empty()))) {
      ImageName name = ImageName.parse("127.0.0.1:" + proxy.port() + "/app:1");
      PulledImage image = new Puller(client, store).resolve(name, AMD64);
      proxy.cutNext();
      client.pull(name, image.layers().getFirst(), store, Progress.silent());
      assertThat(content(image.layers().getFirst().digest())).isEqualTo(IMAGE.layer(0));
      assertThat(proxy.requests()).anyMatch(request -> request.contains("\r\nRange: bytes="));
      // Headers come on top; a second whole transfer would be 5,000,000 more.
      assertThat(proxy.received()).isBetween(5_000_000L, 5_020_000L);
    }
  }

  @Test
  void tamperedBlob_isRefused_andKeepsNothing() throws Exception {
    Descriptor layer = IMAGE.manifest().layers().get(1);
    try (RandomAccessFile file =
        new RandomAccessFile(registry.blob(layer.digest()).toFile(), "rw")) {
      file.seek(500_000);
      file.write(new byte[100]);
    }
    try (RegistryClient client = RegistryClient.of(settings(Keychain.empty()))) {
      Puller puller = new Puller(client, store);
      PulledImage image = puller.resolve(registry.name("app:1"), AMD64);
      assertThatThrownBy(() -> puller.pullLayers(image, Progress.silent()))
          .hasMessageContaining("check blob " + layer.digest())
          .hasCauseInstanceOf(DigestMismatchException.class);
    }
    assertThat(store.find(layer.digest())).isEmpty();
    assertThat(root.resolve("blobs/ingest").resolve(layer.digest().hex())).doesNotExist();
  }

  @Test
  void htpasswd_takesTheLoginOfDockersConfig() throws Exception {
    try (DebianRegistry closed =
            DebianRegistry.start(
                root.resolve("closed"),
                "me:$2b$05$abcdefghijklmnopqrstuu1qdcFaS0PtqFUPzaCxLQ8/0lspH0ZEW\n");
        RegistryClient anonymous = RegistryClient.of(settings(Keychain.empty()))) {
      String auth = "bWU6czNjcmV0IHBhc3M="; // me:s3cret pass
      closed.push("app", "1", IMAGE, "Basic " + auth);
      Files.writeString(
          root.resolve("config.json"),
          "{\"auths\":{\"127.0.0.1:%d\":{\"auth\":\"%s\"}}}".formatted(closed.port(), auth));
      Settings known = settings(DockerConfig.of(Map.of("DOCKER_CONFIG", root.toString()), root));
      try (RegistryClient client = RegistryClient.of(known)) {
        assertThat(client.fetch(closed.name("app:1")).descriptor().digest())
            .isEqualTo(IMAGE.descriptor().digest());
      }
      assertThatThrownBy(() -> anonymous.fetch(closed.name("app:1")))
          .hasMessageContaining("401 from ")
          .hasMessageContaining("UNAUTHORIZED: authentication required");
      Keychain wrong = registry -> Optional.of(new Credential.Login("me", "wrong"));
      try (RegistryClient client = RegistryClient.of(settings(wrong))) {
        assertThatThrownBy(() -> client.fetch(closed.name("app:1")))
            .hasMessageContaining("401 from ");
      }
    }
  }

  private byte[] content(Digest digest) throws IOException {
    try (InputStream in = store.find(digest).orElseThrow().open()) {
      return in.readAllBytes();
    }
  }
}
