package dev.larder.engine.mount;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.engine.digest.Digest;
import dev.larder.engine.linux.Inodes;
import dev.larder.engine.linux.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CacheMountsTest {
  @TempDir Path folder;
  private CacheMounts mounts;

  @BeforeEach
  void open() throws IOException {
    InstantSource clock = InstantSource.fixed(Instant.parse("2026-01-02T03:04:05Z"));
    mounts = CacheMounts.open(folder.resolve("mounts"), clock);
  }

  private static CacheMount mount(CacheMount.Sharing sharing) {
    int uid = Processes.uid();
    return new CacheMount("machine", "m2", "/root/.m2", sharing, Optional.empty(), 0750, uid, uid);
  }

  @Test
  void content_isKept() throws Exception {
    try (CacheLease lease = mounts.acquire(mount(CacheMount.Sharing.SHARED))) {
      Files.writeString(lease.folder().resolve("a"), "12345");
      Files.createLink(lease.folder().resolve("b"), lease.folder().resolve("a"));
      Files.writeString(Files.createDirectory(lease.folder().resolve("d")).resolve("c"), "678");
      assertThat(lease.bytes()).isEqualTo(8);
      assertThat(Inodes.lstat(lease.folder().toString()).permissions()).isEqualTo(0750);
    }
    try (CacheLease lease = mounts.acquire(mount(CacheMount.Sharing.LOCKED))) {
      assertThat(lease.folder().resolve("a")).hasContent("12345");
      assertThat(lease.folder().getParent().resolve("facts.json"))
          .content()
          .contains("\"id\":\"m2\"", "\"created\":\"2026-01-02T03:04:05Z\"");
    }
  }

  @Test
  void reset_emptiesThoseOfItsId_inItsScope() throws Exception {
    try (CacheLease lease = mounts.acquire(mount(CacheMount.Sharing.SHARED))) {
      Files.writeString(lease.folder().resolve("a"), "12345");
    }
    CacheMount mount = mount(CacheMount.Sharing.SHARED);
    assertThat(mounts.reset("another", mount.id())).isZero();
    assertThat(mounts.reset(mount.scope(), "another")).isZero();
    assertThat(mounts.reset(mount.scope(), mount.id())).isEqualTo(5);
    try (CacheLease lease = mounts.acquire(mount)) {
      assertThat(lease.folder()).isEmptyDirectory();
      assertThat(Inodes.lstat(lease.folder().toString()).permissions()).isEqualTo(0750);
    }
    assertThat(mounts.reset(mount.scope(), mount.id())).isZero();
  }

  @Test
  void reset_waitsForWhoHoldsIt_andLetsTheNextOneHaveANewFolder() throws Exception {
    CacheMount mount = mount(CacheMount.Sharing.SHARED);
    CountDownLatch done = new CountDownLatch(1);
    CacheLease lease = mounts.acquire(mount);
    Thread reset =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    if (mounts.reset(mount.scope(), mount.id()) == 5) {
                      done.countDown();
                    }
                  } catch (java.io.IOException | InterruptedException e) {
                    throw new IllegalStateException(e);
                  }
                });
    Files.writeString(lease.folder().resolve("a"), "12345");
    lease.close();
    reset.join();
    assertThat(done.getCount()).isZero();
    try (CacheLease next = mounts.acquire(mount)) {
      assertThat(next.folder()).isEmptyDirectory();
    }
  }

  @Test
  void sharedOnes_areHeldTogether() throws Exception {
    try (CacheLease one = mounts.acquire(mount(CacheMount.Sharing.SHARED));
        CacheLease two = mounts.acquire(mount(CacheMount.Sharing.SHARED))) {
      assertThat(one.folder()).isEqualTo(two.folder());
    }
  }

  @Test
  void privateOnes_areNeverTheSame() throws Exception {
    Path first;
    try (CacheLease one = mounts.acquire(mount(CacheMount.Sharing.PRIVATE));
        CacheLease two = mounts.acquire(mount(CacheMount.Sharing.PRIVATE))) {
      first = one.folder();
      assertThat(one.folder()).isNotEqualTo(two.folder());
    }
    try (CacheLease again = mounts.acquire(mount(CacheMount.Sharing.PRIVATE))) {
      assertThat(again.folder()).isEqualTo(first);
    }
  }

  @Test
  void lockedOnes_waitForEachOther() throws Exception {
    CountDownLatch got = new CountDownLatch(1);
    CacheLease first = mounts.acquire(mount(CacheMount.Sharing.LOCKED));
    Thread second =
        Thread.startVirtualThread(
            () -> {
              try {
                mounts.acquire(mount(CacheMount.Sharing.SHARED)).close();
                got.countDown();
              } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    assertThat(second.join(Duration.ofMillis(80))).isFalse();
    first.close();
    second.join();
    assertThat(got.getCount()).isZero();
  }

  @Test
  void waiting_endsOnAnInterrupt() throws Exception {
    AtomicReference<@Nullable Exception> end = new AtomicReference<>();
    CacheLease first = mounts.acquire(mount(CacheMount.Sharing.SHARED));
    Thread second =
        Thread.startVirtualThread(
            () -> {
              try {
                mounts.acquire(mount(CacheMount.Sharing.LOCKED)).close();
              } catch (IOException | InterruptedException e) {
                end.set(e);
              }
            });
    second.interrupt();
    second.join();
    assertThat(end.get()).isInstanceOf(InterruptedException.class);
    first.close();
  }

  @Test
  void nextHolder_waitsForTheStepOfAKilledEngine() throws Exception {
    Process step = new ProcessBuilder("sleep", "1000").start();
    CacheLease killed = mounts.acquire(mount(CacheMount.Sharing.LOCKED));
    killed.usedBy(step.pid(), Processes.startTime(step.pid()).orElseThrow());
    killed.close();
    Thread next =
        Thread.startVirtualThread(
            () -> {
              try {
                mounts.acquire(mount(CacheMount.Sharing.SHARED)).close();
              } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    assertThat(next.join(Duration.ofMillis(80))).isFalse();
    step.destroyForcibly().waitFor();
    next.join();
    assertThat(step.isAlive()).isFalse();
  }

  @Test
  void sharers_doNotWaitForEachOthersSteps() throws Exception {
    Process step = new ProcessBuilder("sleep", "1000").start();
    try {
      CacheLease killed = mounts.acquire(mount(CacheMount.Sharing.SHARED));
      killed.usedBy(step.pid(), Processes.startTime(step.pid()).orElseThrow());
      killed.close();
      CacheLease next = mounts.acquire(mount(CacheMount.Sharing.SHARED));
      assertThat(next.folder().resolveSibling("0.lock")).content().contains("s " + step.pid());
      next.close();
    } finally {
      step.destroyForcibly().waitFor();
    }
  }

  @Test
  void otherOwnersModesScopesAndStarts_areOtherMounts() {
    CacheMount plain = mount(CacheMount.Sharing.SHARED);
    CacheMount.Seed seed = new CacheMount.Seed(Digest.ofText("x"), folder);
    List<CacheMount> others =
        List.of(
            new CacheMount("p", "m2", "/t", plain.sharing(), Optional.empty(), 0750, 0, 0),
            new CacheMount("machine", "m3", "/t", plain.sharing(), Optional.empty(), 0750, 0, 0),
            new CacheMount("machine", "m2", "/t", plain.sharing(), Optional.empty(), 0755, 0, 0),
            new CacheMount("machine", "m2", "/t", plain.sharing(), Optional.empty(), 0750, 1, 0),
            new CacheMount("machine", "m2", "/t", plain.sharing(), Optional.empty(), 0750, 0, 1),
            new CacheMount("machine", "m2", "/t", plain.sharing(), Optional.of(seed), 0750, 0, 0),
            new CacheMount("machine", "m2", "/t", plain.sharing(), Optional.empty(), 0750, 0, 0));
    assertThat(others.stream().map(CacheMount::key).distinct()).hasSameSizeAs(others);
    CacheMount locked =
        new CacheMount(
            "machine", "m2", "/u", CacheMount.Sharing.LOCKED, Optional.empty(), 0750, 0, 0);
    assertThat(locked.key()).isEqualTo(others.getLast().key());
  }

  @Test
  void newOne_startsAsACopyOfItsSeed() throws Exception {
    Path seed = Files.createDirectory(folder.resolve("seed"));
    Files.writeString(Files.createDirectory(seed.resolve("d")).resolve("f"), "text");
    Files.createLink(seed.resolve("g"), seed.resolve("d/f"));
    Files.createSymbolicLink(seed.resolve("l"), Path.of("../x"));
    Inodes.changeMode(seed + "/d", 01711);
    Inodes.changeTime(seed + "/d/f", 1_234_567_890, 5);
    int uid = Processes.uid();
    CacheMount mount =
        new CacheMount(
            "machine",
            "seeded",
            "/t",
            CacheMount.Sharing.LOCKED,
            Optional.of(new CacheMount.Seed(Digest.ofText("s"), seed)),
            0755,
            uid,
            uid);
    try (CacheLease lease = mounts.acquire(mount)) {
      Path copy = lease.folder();
      assertThat(copy.resolve("d/f")).hasContent("text");
      assertThat(Inodes.lstat(copy + "/d").permissions()).isEqualTo(01711);
      assertThat(Inodes.lstat(copy + "/g").inode()).isEqualTo(Inodes.lstat(copy + "/d/f").inode());
      assertThat(Inodes.lstat(copy + "/d/f").mtimeSeconds()).isEqualTo(1_234_567_890);
      assertThat(Files.readSymbolicLink(copy.resolve("l"))).hasToString("../x");
      Files.delete(copy.resolve("g"));
    }
    try (CacheLease lease = mounts.acquire(mount)) {
      assertThat(lease.folder().resolve("g")).doesNotExist(); // copied once only
    }
  }
}
