package dev.larder.engine.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.engine.digest.Digest;
import dev.larder.engine.event.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TombstonesTest {
  private static final Digest KEY = Digest.ofText("key");

  @TempDir Path folder;

  @Test
  void tombstone_saysWhenAndByWhat_theLastTime() throws IOException {
    Tombstones tombstones = Tombstones.of(folder.resolve("tombstones"));
    assertThat(tombstones.find(KEY)).isEmpty();
    Instant first = Instant.parse("2026-05-02T00:00:00Z");
    tombstones.put(KEY, new Reason.Removed(first, "policy 1"));
    Reason.Removed last = new Reason.Removed(first.plus(Duration.ofDays(1)), "policy 2");
    tombstones.put(KEY, last);
    assertThat(tombstones.find(KEY)).contains(last);
    assertThat(last.text()).isEqualTo("result was removed on 3 May 2026 (policy 2)");
  }

  @Test
  void tornTombstone_saysNothing() throws IOException {
    Files.writeString(folder.resolve(KEY.hex()), "2026-05-");
    assertThat(Tombstones.of(folder).find(KEY)).isEmpty();
  }

  @Test
  void tombstones_areKeptFor90Days() throws IOException {
    Tombstones tombstones = Tombstones.of(folder.resolve("tombstones"));
    Instant now = Instant.now();
    tombstones.expire(now);
    tombstones.put(KEY, new Reason.Removed(now, "policy 2"));
    tombstones.expire(now.plus(Duration.ofDays(89)));
    assertThat(tombstones.find(KEY)).isPresent();
    tombstones.expire(now.plus(Duration.ofDays(91)));
    assertThat(tombstones.find(KEY)).isEmpty();
  }
}
