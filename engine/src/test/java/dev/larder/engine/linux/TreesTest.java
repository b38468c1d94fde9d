package dev.larder.engine.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TreesTest {
  @TempDir Path folder;

  @Test
  void remove_takesAFolderWithAllBelowItAndFollowsNoLink() throws IOException {
    Path kept = Files.writeString(folder.resolve("kept"), "x");
    Path tree = Files.createDirectories(folder.resolve("tree/a/b"));
    Files.createSymbolicLink(tree.resolve("link"), Path.of("../../.."));
    Trees.remove(folder.resolve("tree").toString());
    Trees.remove(folder.resolve("missing").toString());
    assertThat(folder.resolve("tree")).doesNotExist();
    assertThat(kept).exists();
  }

  @Test
  void copy_keepsModesTimesLinksAndHardLinks() throws IOException {
    Path from = Files.createDirectories(folder.resolve("from/sub"));
    Path file = Files.writeString(from.resolve("file"), "content");
    Inodes.changeMode(file.toString(), 0640);
    Files.createLink(from.resolve("same"), file);
    Files.createSymbolicLink(from.resolve("link"), Path.of("nowhere"));
    Inodes.changeTime(from.toString(), 1_000_000, 7);
    Trees.copy(folder.resolve("from").toString(), folder.resolve("to").toString());
    String to = folder.resolve("to/sub").toString();
    assertThat(Path.of(to, "file")).hasContent("content");
    Stat copied = Inodes.lstat(to + "/file");
    assertThat(copied.permissions()).isEqualTo(0640);
    assertThat(copied.inode()).isEqualTo(Inodes.lstat(to + "/same").inode());
    assertThat(Inodes.readLink(to + "/link")).isEqualTo("nowhere");
    assertThat(Inodes.lstat(to).mtimeSeconds()).isEqualTo(1_000_000);
    assertThat(Inodes.lstat(to).mtimeNanos()).isEqualTo(7);
  }
}
