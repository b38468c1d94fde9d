package dev.larder.engine.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LogTimesTest {
  @TempDir private Path folder;

  @Test
  void offset_hasTheTimeOfTheFirstNoteBeyondIt() throws Exception {
    Path file = folder.resolve("log.times");
    Files.writeString(file, "5 1000\n9 2000\n12 30"); // the last one is being written
    LogTimes times = LogTimes.of(file);

    assertThat(times.of(0)).contains(Instant.ofEpochMilli(1000));
    assertThat(times.of(4)).contains(Instant.ofEpochMilli(1000));
    assertThat(times.of(5)).contains(Instant.ofEpochMilli(2000));
    assertThat(times.of(9)).isEmpty();
    Files.writeString(file, "00\n", StandardOpenOption.APPEND);
    assertThat(times.of(9)).contains(Instant.ofEpochMilli(3000));

    assertThat(times.sizeAt(Instant.ofEpochMilli(999))).isZero();
    assertThat(times.sizeAt(Instant.ofEpochMilli(2500))).isEqualTo(9);
  }

  @Test
  void logWithoutNotes_hasNoTimes() throws Exception {
    assertThat(LogTimes.of(folder.resolve("log.times")).of(0)).isEmpty();
  }

  @Test
  void notesOfANewContainer_takeTheOldOnesPlace() throws Exception {
    Path file = folder.resolve("log.times");
    Files.writeString(file, "5 1000\n9 2000\n");
    LogTimes times = LogTimes.of(file);
    Files.writeString(file, "7 9000\n");

    assertThat(times.of(9)).isEmpty();
    assertThat(times.of(6)).contains(Instant.ofEpochMilli(9000));
  }
}
