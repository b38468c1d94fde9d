package dev.larder.engine.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LeasesTest {
  private static final Instant EARLY = Instant.parse("2026-01-02T03:04:05Z");
  private static final Instant LATE = EARLY.plusSeconds(60);

  @TempDir Path folder;

  private Leases at(Instant time) throws IOException {
    return Leases.open(folder.resolve("leases"), InstantSource.fixed(time));
  }

  @Test
  void living_areThoseThatAreHeld_theOldestFirst() throws IOException {
    try (Leases.Lease late = at(LATE).take()) {
      assertThat(late.since()).isEqualTo(LATE);
      try (Leases.Lease early = at(EARLY).take()) {
        assertThat(early.since()).isEqualTo(EARLY);
        assertThat(at(LATE).living()).containsExactly(EARLY, LATE);
      }
      assertThat(at(LATE).living()).containsExactly(LATE);
    }
    assertThat(at(LATE).living()).isEmpty();
    assertThat(folder.resolve("leases")).isEmptyDirectory();
  }

  @Test
  void leaseOfADeadProcess_isRemoved_andOtherFilesAreNot() throws IOException {
    at(EARLY);
    Path dead = folder.resolve("leases/1767323045000-77-1.lease");
    Path other = folder.resolve("leases/README");
    Files.writeString(dead, "process 77\n");
    Files.writeString(other, "");
    assertThat(at(LATE).living()).isEmpty();
    assertThat(dead).doesNotExist();
    assertThat(other).exists();
  }
}
