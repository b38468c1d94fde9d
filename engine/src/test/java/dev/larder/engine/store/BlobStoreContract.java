package dev.larder.engine.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.engine.digest.Digest;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What every {@link BlobStore} does. */
interface BlobStoreContract {
  /** The store under test, the same one all through a test. */
  BlobStore store();

  @Test
  default void put_isFound() throws Exception {
    byte[] bytes = "hello".getBytes(UTF_8);
    BlobStore.Blob blob = store().put(bytes);
    assertThat(blob.digest()).isEqualTo(Digest.of(bytes));
    assertThat(blob.size()).isEqualTo(5);
    assertThat(content(store().find(blob.digest()).orElseThrow())).isEqualTo(bytes);
    assertThat(store().find(Digest.ofText("other"))).isEmpty();
  }

  @Test
  default void put_takesNothingAndMuch() throws Exception {
    assertThat(store().put(new byte[0]).size()).isZero();
    byte[] much = random(3_000_001);
    assertThat(content(store().put(Digest.of(much), new ByteArrayInputStream(much))))
        .isEqualTo(much);
  }

  @Test
  default void put_keepsNothing_whenDigestDiffers() throws Exception {
    Digest expected = Digest.ofText("a");
    assertThatThrownBy(() -> store().put(expected, new ByteArrayInputStream(new byte[] {1})))
        .isInstanceOf(DigestMismatchException.class)
        .hasMessageContaining(expected.toString());
    assertThat(store().uses()).isEmpty();
  }

  @Test
  default void put_keepsNothing_whenTheStreamBreaks() throws Exception {
    InputStream broken =
        new FilterInputStream(new ByteArrayInputStream(new byte[100_000])) {
          @Override
          public int read(byte[] into, int offset, int length) throws IOException {
            int n = super.read(into, offset, length);
            if (n < 0) {
              throw new IOException("cut");
            }
            return n;
          }
        };
    assertThatThrownBy(() -> store().put(broken)).hasMessage("cut");
    assertThat(store().uses()).isEmpty();
  }

  @Test
  default void put_byManyAtOnce_keepsOneWholeBlob() throws Exception {
    byte[] bytes = random(1 << 20);
    List<Callable<BlobStore.Blob>> writers = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      writers.add(() -> store().put(bytes));
    }
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<BlobStore.Blob> blob : threads.invokeAll(writers)) {
        assertThat(content(blob.get())).isEqualTo(bytes);
      }
    }
    assertThat(store().uses()).extracting(BlobStore.Use::digest).containsExactly(Digest.of(bytes));
  }

  @Test
  default void draft_isDiscarded_withoutCommit() throws Exception {
    try (BlobStore.Draft draft = store().draft()) {
      draft.out().write(1);
      assertThat(draft.digest()).isEqualTo(Digest.of(new byte[] {1}));
      draft.out().write(2);
      assertThat(draft.digest()).isEqualTo(Digest.of(new byte[] {1, 2}));
    }
    assertThat(store().uses()).isEmpty();
  }

  @Test
  default void remove_leavesOpenStreamsAlone() throws Exception {
    BlobStore.Blob blob = store().put(random(200_000));
    try (InputStream open = blob.open()) {
      assertThat(store().remove(blob.digest())).isTrue();
      assertThat(store().remove(blob.digest())).isFalse();
      assertThat(Digest.of(open)).isEqualTo(blob.digest());
    }
    assertThat(store().find(blob.digest())).isEmpty();
  }

  @Test
  default void ingest_goesOnWhereItWasCut() throws Exception {
    byte[] bytes = random(100_000);
    Digest digest = Digest.of(bytes);
    try (BlobStore.Ingest first = store().ingest(digest, bytes.length)) {
      assertThat(first.offset()).isZero();
      first.append(bytes, 0, 60_000);
      assertThatThrownBy(first::commit).hasMessageContaining("60000 bytes of 100000");
    }
    assertThat(store().find(digest)).isEmpty();
    try (BlobStore.Ingest second = store().ingest(digest, bytes.length)) {
      assertThat(second.offset()).isEqualTo(60_000);
      second.append(bytes, 60_000, 40_000);
      assertThat(content(second.commit())).isEqualTo(bytes);
    }
    try (BlobStore.Ingest third = store().ingest(digest, bytes.length)) {
      assertThat(third.offset()).isEqualTo(100_000);
      assertThat(third.commit().digest()).isEqualTo(digest);
    }
  }

  @Test
  default void ingest_keepsNothing_whenDigestDiffers() throws Exception {
    Digest expected = Digest.ofText("x");
    try (BlobStore.Ingest ingest = store().ingest(expected, 3)) {
      ingest.append(new byte[3], 0, 3);
      assertThatThrownBy(ingest::commit).isInstanceOf(DigestMismatchException.class);
    }
    try (BlobStore.Ingest again = store().ingest(expected, 3)) {
      assertThat(again.offset()).isZero();
    }
    assertThat(store().uses()).isEmpty();
  }

  @Test
  default void ingest_refusesMoreThanItsSize() throws Exception {
    try (BlobStore.Ingest ingest = store().ingest(Digest.ofText("x"), 3)) {
      ingest.append(new byte[2], 0, 2);
      assertThatThrownBy(() -> ingest.append(new byte[2], 0, 2))
          .hasMessageContaining("more than the 3 bytes");
      assertThat(ingest.offset()).isZero();
    }
  }

  @Test
  default void ingest_restarts() throws Exception {
    byte[] bytes = random(10);
    try (BlobStore.Ingest ingest = store().ingest(Digest.of(bytes), 10)) {
      ingest.append(new byte[7], 0, 7);
      ingest.restart();
      ingest.append(bytes, 0, 10);
      assertThat(content(ingest.commit())).isEqualTo(bytes);
    }
  }

  @Test
  default void ingest_byManyAtOnce_isDoneByOne() throws Exception {
    byte[] bytes = random(100_000);
    Digest digest = Digest.of(bytes);
    List<Callable<Long>> downloads = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      downloads.add(
          () -> {
            try (BlobStore.Ingest ingest = store().ingest(digest, bytes.length)) {
              int from = (int) ingest.offset();
              ingest.append(bytes, from, bytes.length - from);
              ingest.commit();
              return (long) bytes.length - from;
            }
          });
    }
    long transferred = 0;
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Long> download : threads.invokeAll(downloads)) {
        transferred += download.get();
      }
    }
    assertThat(transferred).isEqualTo(bytes.length);
    assertThat(content(store().find(digest).orElseThrow())).isEqualTo(bytes);
  }

  /** Bytes that look like nothing, the same each time. */
  static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  /** All bytes of a blob. */
  static byte[] content(BlobStore.Blob blob) throws IOException {
    try (InputStream in = blob.open()) {
      return in.readAllBytes();
    }
  }
}
