package dev.larder.engine.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.engine.digest.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FileBlobStoreTest implements BlobStoreContract {
  @TempDir Path root;
  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
  private final InstantSource source = now::get;
  private final Clock clock = source.withZone(ZoneId.of("UTC"));
  private FileBlobStore store;

  @BeforeEach
  void open() throws IOException {
    store = FileBlobStore.open(root.resolve("blobs"), clock);
  }

  /** After every test: each blob has the bytes of its name, and nobody's draft is left. */
  @AfterEach
  void everyBlobIsWhole() throws IOException {
    for (BlobStore.Use use : store.uses()) {
      assertThat(Digest.of(Files.readAllBytes(store.path(use.digest())))).isEqualTo(use.digest());
    }
    assertThat(files("new")).isEmpty();
  }

  @Override
  public BlobStore store() {
    return store;
  }

  @Test
  void blob_liesUnderItsDigest() throws IOException {
    Digest digest = store.put(new byte[] {1}).digest();
    assertThat(root.resolve("blobs/sha256/" + digest.hex().substring(0, 2) + "/" + digest.hex()))
        .isRegularFile();
  }

  @Test
  void open_removesWhatACrashLeft_andNoLiveDraft() throws IOException {
    Files.write(root.resolve("blobs/new/.new-1-1"), new byte[10]);
    try (BlobStore.Draft draft = store.draft()) {
      draft.out().write(1);
      FileBlobStore.open(root.resolve("blobs"), clock);
      assertThat(files("new")).hasSize(1);
      assertThat(BlobStoreContract.content(draft.commit())).containsExactly(1);
    }
  }

  @Test
  void uses_areInTheOrderOfUse() throws IOException {
    Digest first = store.put(new byte[] {1}).digest();
    now.set(now.get().plusSeconds(10));
    Digest second = store.put(new byte[] {2}).digest();
    now.set(now.get().plusSeconds(10));
    assertThat(store.find(first)).isPresent();
    assertThat(store.uses())
        .containsExactly(
            new BlobStore.Use(second, 1, now.get().minusSeconds(10)),
            new BlobStore.Use(first, 1, now.get()));
  }

  @Test
  void ingest_goesOnInAnotherStoreObject_asInAnotherProcess() throws Exception {
    byte[] bytes = BlobStoreContract.random(1000);
    Digest digest = Digest.of(bytes);
    try (BlobStore.Ingest ingest = store.ingest(digest, 1000)) {
      ingest.append(bytes, 0, 400);
    }
    FileBlobStore other = FileBlobStore.open(root.resolve("blobs"), clock);
    try (BlobStore.Ingest ingest = other.ingest(digest, 1000)) {
      assertThat(ingest.offset()).isEqualTo(400);
      ingest.append(bytes, 400, 600);
      ingest.commit();
    }
    assertThat(store.find(digest)).isPresent();
    assertThat(files("ingest")).isEmpty();
  }

  @Test
  void intactBlob_isHashedAgain_onlyIfItsFileChanged() throws IOException {
    Digest digest = store.put(new byte[] {1, 2, 3}).digest();
    assertThat(store.findIntact(digest)).isPresent();
    // Without its memo it is hashed again, and a new one kept.
    Path memo = root.resolve("blobs/hashed/" + digest.hex().substring(0, 2) + "/" + digest.hex());
    String state = Files.readString(memo);
    Files.delete(memo);
    assertThat(store.findIntact(digest)).isPresent();
    assertThat(memo).hasContent(state);
    Files.write(store.path(digest), new byte[] {1, 2, 4});
    assertThat(store.findIntact(digest)).isEmpty();
    assertThat(store.path(digest)).doesNotExist();
    assertThat(store.findIntact(digest)).isEmpty();
  }

  @Test
  void intactBlob_isMarkedAsUsed_onceAnHour() throws IOException {
    Digest digest = store.put(new byte[] {1}).digest();
    now.set(now.get().plusSeconds(1800));
    store.findIntact(digest);
    assertThat(store.uses().getFirst().lastUsed()).isEqualTo(now.get().minusSeconds(1800));
    now.set(now.get().plusSeconds(3600));
    store.findIntact(digest);
    assertThat(store.uses().getFirst().lastUsed()).isEqualTo(now.get());
  }

  @Test
  void adoptedFile_isABlob() throws IOException {
    Path file = Files.write(root.resolve("finished"), new byte[] {5});
    Digest digest = Digest.of(new byte[] {5});
    assertThat(store.adopt(file, digest).size()).isEqualTo(1);
    assertThat(file).doesNotExist();
    assertThat(store.findIntact(digest)).isPresent();
  }

  @Test
  void ingest_startsOver_whenMoreIsThereThanShouldBe() throws Exception {
    Digest digest = Digest.ofText("x");
    Files.write(root.resolve("blobs/ingest").resolve(digest.hex()), new byte[50]);
    try (BlobStore.Ingest ingest = store.ingest(digest, 10)) {
      assertThat(ingest.offset()).isZero();
    }
    assertThat(files("ingest")).isEmpty();
  }

  private List<Path> files(String folder) throws IOException {
    try (Stream<Path> files = Files.list(root.resolve("blobs").resolve(folder))) {
      return files.toList();
    }
  }
}
