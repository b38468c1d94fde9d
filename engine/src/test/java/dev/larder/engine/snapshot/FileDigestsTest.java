package dev.larder.engine.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.engine.digest.Digest;
import dev.larder.engine.linux.Stat;
import dev.larder.engine.snapshot.FileDigests.Known;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FileDigestsTest {
  private static final Instant NOW = Instant.ofEpochSecond(1_000_000);
  private static final Clock CLOCK = Clock.fixed(NOW, java.time.ZoneOffset.UTC);

  @TempDir private Path folder;

  private FileDigests open() throws IOException {
    return FileDigests.open(folder.resolve("deep/memo"), CLOCK);
  }

  private static Stat stat(long inode, long size, Instant changed) {
    return new Stat(
        Stat.REGULAR | 0644,
        0,
        0,
        size,
        42,
        inode,
        1,
        0,
        0,
        5,
        6,
        changed.getEpochSecond(),
        changed.getNano());
  }

  private static Known known(long seed) {
    return new Known(
        Digest.ofText("c" + seed).hex(),
        seed % 2 == 0 ? TreeEntry.NONE : Digest.ofText("a" + seed).hex());
  }

  @Test
  void saved_isFoundByTheNext() throws IOException {
    Random random = new Random(3);
    FileDigests memo = open();
    List<Stat> stats = new ArrayList<>();
    for (int i = 0; i < 3000; i++) {
      stats.add(stat(1 + random.nextInt(1 << 20), random.nextInt(50), NOW.minusSeconds(9 + i)));
      memo.remember(stats.get(i), NOW, known(i));
    }
    memo.save();
    FileDigests next = open();
    for (int i = 0; i < stats.size(); i++) {
      assertThat(next.find(stats.get(i))).as("seed 3, file %d", i).hasValue(known(i));
    }
    assertThat(next.find(stat(1 << 21, 7, NOW.minusSeconds(9)))).isEmpty();
  }

  @Test
  void anyDifference_isAnotherFile() throws IOException {
    FileDigests memo = open();
    memo.remember(stat(1, 10, NOW.minusSeconds(1)), NOW, known(1));
    assertThat(memo.find(stat(1, 11, NOW.minusSeconds(1)))).isEmpty();
    assertThat(memo.find(stat(2, 10, NOW.minusSeconds(1)))).isEmpty();
    assertThat(memo.find(stat(1, 10, NOW.minusSeconds(1).plusNanos(1)))).isEmpty();
  }

  @Test
  void changedJustBeforeItWasRead_isNotRemembered() throws IOException {
    FileDigests memo = open();
    Stat fresh = stat(1, 10, NOW.minusMillis(40));
    Stat later = stat(2, 10, NOW.plusSeconds(5));
    memo.remember(fresh, memo.now(), known(1));
    memo.remember(later, memo.now(), known(2));
    assertThat(memo.find(fresh)).isEmpty();
    assertThat(memo.find(later)).isEmpty();
  }

  @Test
  void twoAtATime_keepWhatTheOtherFound() throws IOException {
    FileDigests one = open();
    FileDigests two = open();
    Stat first = stat(1, 10, NOW.minusSeconds(1));
    Stat second = stat(2, 10, NOW.minusSeconds(1));
    one.remember(first, NOW, known(1));
    two.remember(second, NOW, known(2));
    one.save();
    two.save();
    assertThat(open().find(first)).hasValue(known(1));
    assertThat(open().find(second)).hasValue(known(2));
  }

  @Test
  void damagedFile_countsAsEmpty() throws IOException {
    FileDigests memo = open();
    Stat stat = stat(1, 10, NOW.minusSeconds(1));
    memo.remember(stat, NOW, known(1));
    memo.save();
    Path file = folder.resolve("deep/memo");
    byte[] whole = Files.readAllBytes(file);
    for (int i = 0; i < whole.length; i += 13) {
      byte[] torn = whole.clone();
      torn[i] ^= 0x10;
      Files.write(file, torn);
      assertThat(open().find(stat))
          .as("byte %d", i)
          .isIn(java.util.Optional.empty(), java.util.Optional.of(known(1)));
    }
    Files.write(file, java.util.Arrays.copyOf(whole, whole.length / 2));
    assertThat(open().find(stat)).isEmpty();
  }

  @Test
  void unusedEntries_areDroppedWhenTheyAreMany() throws IOException {
    FileDigests first = open();
    for (int i = 1; i <= 25_000; i++) {
      first.remember(stat(i, 10, NOW.minusSeconds(1)), NOW, known(2));
    }
    first.save();
    long large = Files.size(folder.resolve("deep/memo"));
    FileDigests second = open();
    second.remember(stat(30_000, 10, NOW.minusSeconds(1)), NOW, known(2));
    second.save();
    assertThat(Files.size(folder.resolve("deep/memo"))).isLessThan(large);
    assertThat(open().find(stat(30_000, 10, NOW.minusSeconds(1)))).isPresent();
  }
}
