package dev.larder.engine.archive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.engine.linux.Inodes;
import dev.larder.engine.linux.Stat;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Our codec and GNU tar read each other. */
final class TarIT {
  @TempDir Path folder;

  @Test
  void gnuTar_unpacksWhatWriterWrote() throws Exception {
    SequencedMap<String, byte[]> attributes = new LinkedHashMap<>();
    attributes.put("user.bytes", new byte[] {(byte) 0xFF, 1, '=', '\n', (byte) 0x80});
    String longName = "n".repeat(120) + "/" + "m".repeat(200);
    String odd = "odd-\udcff\udc80-é";
    Path file = folder.resolve("a.tar");
    try (OutputStream out = Files.newOutputStream(file)) {
      TarWriter tar = new TarWriter(out);
      tar.entry(TarEntry.folder("n".repeat(120), 0750, 1_000));
      tar.entry(
          new TarEntry(
              longName, TarEntry.Type.FILE, 04755, 7, 3_000_000, 3, -5, 0, "", 0, 0, attributes),
          content("abc"));
      tar.entry(link("hard", TarEntry.Type.HARD_LINK, longName));
      tar.entry(link("soft", TarEntry.Type.SYMBOLIC_LINK, "t".repeat(150)));
      tar.entry(TarEntry.file(odd, 0600, 0, 0xFFFFFFFFFL));
      tar.finish();
    }
    Path into = Files.createDirectory(folder.resolve("into"));
    run(
        "tar",
        "--xattrs",
        "--xattrs-include=*",
        "--same-owner",
        "-xpf",
        file.toString(),
        "-C",
        into.toString());
    Stat stat = Inodes.lstat(into + "/" + longName);
    assertThat(List.of(stat.permissions(), stat.uid(), stat.gid(), stat.links()))
        .containsExactly(04755, 7, 3_000_000, 2);
    assertThat(stat.mtimeSeconds()).isEqualTo(-5);
    assertThat(Inodes.attribute(into + "/" + longName, "user.bytes"))
        .contains(attributes.firstEntry().getValue());
    assertThat(Inodes.readLink(into + "/soft")).isEqualTo("t".repeat(150));
    assertThat(Inodes.lstat(into + "/" + odd).isRegular()).isTrue();
    assertThat(Inodes.lstat(into + "/hard").inode()).isEqualTo(stat.inode());
  }

  @Test
  void reader_readsAllFormatsOfGnuTar() throws Exception {
    Path from = Files.createDirectory(folder.resolve("from"));
    String longName = "x".repeat(90) + "/" + "y".repeat(60);
    Files.createDirectories(from.resolve("x".repeat(90)));
    Files.writeString(from.resolve(longName), "content");
    Files.createSymbolicLink(from.resolve("link"), Path.of("x"));
    Inodes.makeNode(from + "/fifo", Stat.FIFO | 0600, 0, 0);
    Inodes.changeTime(from + "/" + longName, 1_234_567_890, 0);
    for (String format : List.of("ustar", "gnu", "posix", "oldgnu")) {
      Path file = folder.resolve(format + ".tar");
      run("tar", "--format=" + format, "-cf", file.toString(), "-C", from.toString(), ".");
      Map<String, TarEntry> entries = new LinkedHashMap<>();
      try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
        TarReader reader = new TarReader(in);
        for (Optional<TarEntry> e = reader.next(); e.isPresent(); e = reader.next()) {
          entries.put(e.get().path(), e.get());
          if (e.get().type() == TarEntry.Type.FILE) {
            assertThat(reader.content().readAllBytes()).asString().isEqualTo("content");
          }
        }
      }
      assertThat(entries)
          .as(format)
          .containsOnlyKeys(".", "./" + "x".repeat(90), "./" + longName, "./link", "./fifo");
      TarEntry entry = Optional.ofNullable(entries.get("./" + longName)).orElseThrow();
      assertThat(entry.mtimeSeconds()).as(format).isEqualTo(1_234_567_890);
    }
  }

  private static TarEntry link(String path, TarEntry.Type type, String target) {
    return new TarEntry(path, type, 0777, 0, 0, 0, 0, 0, target, 0, 0, new LinkedHashMap<>());
  }

  private static InputStream content(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }

  private static void run(String... command) throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(List.of(command));
    Process process = new ProcessBuilder(all).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
  }
}
