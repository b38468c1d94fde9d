package dev.larder.engine.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.engine.digest.Digest;
import dev.larder.engine.oci.ImageConfig;
import dev.larder.engine.oci.ImageName;
import dev.larder.engine.oci.Platform;
import dev.larder.engine.snapshot.LayerId;
import dev.larder.engine.snapshot.Snapshot;
import dev.larder.engine.store.FileBlobStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ImageStoreTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
  private static final Snapshot FILES =
      new Snapshot(List.of(new LayerId("a".repeat(26)), new LayerId("b".repeat(26))));

  @TempDir Path folder;

  private FileBlobStore blobs;
  private ImageStore store;

  @BeforeEach
  void open() throws IOException {
    blobs = FileBlobStore.open(folder.resolve("blobs"), Clock.systemUTC());
    store = ImageStore.open(folder.resolve("images"), blobs);
  }

  private StoredImage image(String seed) {
    return new StoredImage(
        Digest.ofText(seed), Optional.of(FILES), Optional.of(Digest.ofText("m" + seed)), NOW);
  }

  @Test
  void name_leadsToTheImageThatGotItLast() throws IOException {
    ImageName name = ImageName.parse("app:1");
    store.put(name, image("one"));
    store.put(name, image("two"));
    store.put(ImageName.parse("other:1"), image("one"));
    assertThat(store.find(name)).contains(image("two"));
    assertThat(ImageStore.open(folder.resolve("images"), blobs).list())
        .containsOnlyKeys(name, ImageName.parse("other:1"));
    assertThat(store.remove(name)).isTrue();
    assertThat(store.find(name)).isEmpty();
  }

  @Test
  void resolve_takesNamesWithoutTag_andTheBeginningOfAnId() throws IOException {
    store.put(ImageName.parse("app").withDefaultTag(), image("one"));
    assertThat(store.resolve("app")).contains(image("one"));
    assertThat(store.resolve(image("one").id().toString())).contains(image("one"));
    assertThat(store.resolve(image("one").id().abbreviated())).contains(image("one"));
    assertThat(store.resolve("nothing")).isEmpty();
    assertThat(store.resolve("!?")).isEmpty();
  }

  @Test
  void config_isReadFromItsBlob() throws IOException {
    ImageConfig config = ImageConfig.scratch(Platform.of("linux", "amd64")).withUser("me");
    blobs.put(config.toBytes());
    assertThat(store.config(config.digest())).isEqualTo(config);
  }
}
