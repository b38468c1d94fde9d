package dev.larder.engine.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LinuxTest {
  @TempDir Path folder;

  @Test
  void names_surviveAnyBytes() {
    Random random = new Random(7);
    for (int round = 0; round < 20_000; round++) {
      byte[] bytes = new byte[random.nextInt(12)];
      random.nextBytes(bytes);
      assertThat(Names.encode(Names.decode(bytes))).as("round %d", round).isEqualTo(bytes);
    }
    String plain = "größe-\uD83D\uDE00";
    assertThat(Names.decode(Names.encode(plain))).isEqualTo(plain);
    assertThat(Names.isUtf8(plain)).isTrue();
    assertThat(Names.isUtf8(Names.decode(new byte[] {'a', (byte) 0xE4}))).isFalse();
  }

  @Test
  void files_canHaveNamesThatAreNotUtf8() throws IOException {
    String name = Names.decode(new byte[] {'a', (byte) 0xE4, 'b'});
    String path = folder + "/" + name;
    try (Fd fd = Fd.open(path, Fd.CREATE | Fd.WRITE_ONLY, 0640)) {
      fd.write("hello".getBytes(StandardCharsets.UTF_8), 0, 5);
      fd.sync();
    }
    assertThat(Inodes.list(folder.toString()))
        .containsExactly(new Inodes.Entry(name, Stat.REGULAR));
    try (Fd fd = Fd.openRead(path)) {
      assertThat(fd.input().readAllBytes()).asString().isEqualTo("hello");
      assertThat(fd.stat()).isEqualTo(Inodes.lstat(path));
    }
    Inodes.removeFile(path);
    assertThat(Inodes.find(path)).isEmpty();
  }

  @Test
  void lstat_tellsWhatJavaTells() throws IOException {
    Path file = Files.writeString(folder.resolve("f"), "12345");
    Inodes.changeMode(file.toString(), 04751);
    Inodes.changeTime(file.toString(), 1_234_567_890, 123_456_789);
    Stat stat = Inodes.lstat(file.toString());
    assertThat(stat.isRegular()).isTrue();
    assertThat(stat.permissions()).isEqualTo(04751);
    assertThat(stat.size()).isEqualTo(5);
    assertThat(stat.inode()).isEqualTo(Files.getAttribute(file, "unix:ino"));
    assertThat(stat.mtimeSeconds()).isEqualTo(1_234_567_890);
    assertThat(stat.mtimeNanos()).isEqualTo(123_456_789);
    assertThat(stat.uid()).isEqualTo(Files.getAttribute(file, "unix:uid"));
    Inodes.link(file.toString(), folder + "/g");
    Inodes.makeLink("f", folder + "/s");
    assertThat(Inodes.lstat(folder + "/g").links()).isEqualTo(2);
    assertThat(Inodes.lstat(folder + "/s").isSymbolicLink()).isTrue();
    assertThat(Inodes.stat(folder + "/s").inode()).isEqualTo(stat.inode());
    assertThat(Inodes.readLink(folder + "/s")).isEqualTo("f");
  }

  @Test
  void attributes_keepAnyBytes() throws IOException {
    Path file = Files.writeString(folder.resolve("f"), "");
    byte[] value = {0, (byte) 0x80, (byte) 0xFF, 10};
    Inodes.setAttribute(file.toString(), "user.test", value);
    assertThat(Inodes.attributes(file.toString())).containsOnlyKeys("user.test");
    assertThat(Inodes.attribute(file.toString(), "user.test")).contains(value);
    Inodes.removeAttribute(file.toString(), "user.test");
    assertThat(Inodes.attributes(file.toString())).isEmpty();
  }

  @Test
  void errors_carryTheirNumberAndTheirSubject() throws IOException {
    Files.createDirectory(folder.resolve("a"));
    Files.createDirectory(folder.resolve("b"));
    assertThatExceptionOfType(Errno.class)
        .isThrownBy(() -> Inodes.rename(folder + "/a", folder + "/b", Inodes.RENAME_NOREPLACE))
        .withMessageContaining("rename " + folder + "/a to " + folder + "/b: File exists (EEXIST)")
        .matches(e -> e.is(Errno.EEXIST));
    assertThatExceptionOfType(Errno.class)
        .isThrownBy(() -> Inodes.lstat(folder + "/none"))
        .matches(e -> e.number() == Errno.ENOENT);
    Inodes.makeLink("a", folder + "/l");
    assertThatExceptionOfType(Errno.class)
        .isThrownBy(() -> Fd.openRead(folder + "/l"))
        .matches(e -> e.is(Errno.ELOOP));
  }

  @Test
  void list_isSortedByBytes_andLongFoldersAreWhole() throws IOException {
    for (int i = 0; i < 3_000; i++) {
      Files.createFile(folder.resolve("file-with-a-rather-long-name-" + i));
    }
    Files.createDirectory(folder.resolve("Z"));
    Files.createDirectory(folder.resolve("é"));
    var entries = Inodes.list(folder.toString());
    assertThat(entries).hasSize(3_002);
    assertThat(entries.getFirst()).isEqualTo(new Inodes.Entry("Z", Stat.DIRECTORY));
    assertThat(entries.getLast()).isEqualTo(new Inodes.Entry("é", Stat.DIRECTORY));
  }

  @Test
  void lock_excludesOtherDescriptors() throws IOException {
    String path = folder + "/lock";
    try (Fd one = Fd.open(path, Fd.CREATE | Fd.READ_WRITE, 0600);
        Fd two = Fd.open(path, Fd.CREATE | Fd.READ_WRITE, 0600)) {
      assertThat(one.tryLock(true)).isTrue();
      assertThat(two.tryLock(false)).isFalse();
      one.unlock();
      assertThat(two.tryLock(false)).isTrue();
      assertThat(one.tryLock(false)).isTrue();
      assertThat(one.tryLock(true)).isFalse();
    }
  }

  @Test
  void copyTo_copiesWithinTheKernel() throws IOException {
    Path from = Files.writeString(folder.resolve("from"), "some bytes");
    try (Fd in = Fd.openRead(from.toString());
        Fd out = Fd.open(folder + "/to", Fd.CREATE | Fd.WRITE_ONLY, 0600)) {
      assertThat(in.copyTo(out, 100)).isEqualTo(10);
      assertThat(in.copyTo(out, 100)).isZero();
    }
    assertThat(folder.resolve("to")).hasContent("some bytes");
  }

  @Test
  void processes_areKnownByTheirStart_andTheirEndIsSeen() throws Exception {
    Process sleep = new ProcessBuilder("sleep", "60").start();
    assertThat(Processes.startTime(sleep.pid())).isPresent();
    assertThat(Processes.awaitEnd(sleep.pid(), Duration.ofMillis(1))).isFalse();
    Processes.kill(sleep.pid(), Processes.SIGTERM);
    assertThat(Processes.awaitEnd(sleep.pid(), Duration.ofSeconds(30))).isTrue();
    assertThat(sleep.waitFor()).isEqualTo(128 + Processes.SIGTERM);
    assertThat(Processes.startTime(sleep.pid())).isEmpty();
  }
}
