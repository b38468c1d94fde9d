package dev.larder.engine.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.engine.linux.Fd;
import dev.larder.engine.linux.Inodes;
import dev.larder.engine.linux.Stat;
import dev.larder.engine.linux.Trees;
import dev.larder.engine.store.BlobStore;
import dev.larder.engine.store.FileBlobStore;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Laws of layers on the real overlayfs, with changes drawn at random. */
final class LayerLawIT {
  private static final String[] NAMES = {"a", "b", "c.d", "\udcfe", "e"};

  @TempDir Path home;

  @Test
  void archiveOfAnyChange_unpacksToTheSameFiles() throws IOException {
    BlobStore blobs = FileBlobStore.open(home.resolve("blobs"), Clock.systemUTC());
    OverlaySnapshots here =
        OverlaySnapshots.open(home, blobs, Clock.systemUTC(), new SecureRandom());
    for (int seed = 0; seed < 25; seed++) {
      Random random = new Random(seed);
      Snapshot made = Snapshot.EMPTY;
      Snapshot unpacked = Snapshot.EMPTY;
      for (int layer = 0; layer < 4; layer++) {
        try (Snapshots.Draft draft = here.draft(made)) {
          for (int i = 0; i < 25; i++) {
            change(draft.root().toString(), random);
          }
          made = draft.commit();
        }
        LayerBlob blob = here.blob(made);
        unpacked =
            here.unpack(
                unpacked, blob, () -> blobs.find(blob.descriptor().digest()).orElseThrow().open());
        assertThat(tree(here, unpacked))
            .as("seed %d, layer %d", seed, layer)
            .isEqualTo(tree(here, made));
      }
    }
  }

  /** Does one thing that a program might do; what can't be done is not. */
  private static void change(String root, Random random) throws IOException {
    String path = root;
    for (int depth = 1 + random.nextInt(3); depth > 0; depth--) {
      String next = path + "/" + NAMES[random.nextInt(NAMES.length)];
      if (depth > 1 && Inodes.find(next).isEmpty()) {
        Inodes.makeFolder(next, 0755);
      } else if (depth > 1 && !Inodes.lstat(next).isDirectory()) {
        Trees.remove(next);
        Inodes.makeFolder(next, 0700);
      }
      path = next;
    }
    boolean there = Inodes.find(path).isPresent();
    boolean folder = there && Inodes.lstat(path).isDirectory();
    switch (random.nextInt(8)) {
      case 0, 1 -> Trees.remove(path);
      case 2 -> {
        Trees.remove(path);
        Inodes.makeFolder(path, 0711);
      }
      case 3 -> {
        Trees.remove(path);
        Inodes.makeLink("../" + random.nextInt(), path);
      }
      case 4 -> {
        if (there && !folder) {
          Trees.remove(root + "/linked");
          Inodes.link(path, root + "/linked");
        }
      }
      case 5 -> {
        if (there) {
          Inodes.changeOwner(path, random.nextInt(3), random.nextInt(100_000));
        }
      }
      case 6 -> {
        if (there && !Inodes.lstat(path).isSymbolicLink()) {
          Inodes.changeMode(path, random.nextInt(010000) | 0400);
        }
      }
      default -> {
        if (!folder) {
          Trees.remove(path);
          write(path, Integer.toString(random.nextInt()).repeat(random.nextInt(20)));
        }
      }
    }
  }

  private static void write(String path, String content) throws IOException {
    byte[] bytes = content.getBytes(java.nio.charset.StandardCharsets.UTF_8);
    try (Fd fd = Fd.open(path, Fd.WRITE_ONLY | Fd.CREATE | Fd.EXCLUSIVE, 0644)) {
      fd.write(bytes, 0, bytes.length);
    }
  }

  private static List<String> tree(Snapshots snapshots, Snapshot snapshot) throws IOException {
    try (Snapshots.Mounted view = snapshots.view(snapshot)) {
      List<String> lines = new ArrayList<>();
      list(view.root().toString(), "", lines);
      return lines;
    }
  }

  private static void list(String root, String path, List<String> into) throws IOException {
    for (Inodes.Entry entry : Inodes.list(root + path)) {
      String child = path + "/" + entry.name();
      Stat stat = Inodes.lstat(root + child);
      String what = "%s %o %d:%d".formatted(child, stat.mode(), stat.uid(), stat.gid());
      if (stat.isDirectory()) {
        into.add(what);
        list(root, child, into);
        continue;
      }
      String content = stat.isSymbolicLink() ? Inodes.readLink(root + child) : read(root + child);
      into.add(what + " " + stat.mtimeSeconds() + " " + content);
    }
  }

  private static String read(String path) throws IOException {
    try (Fd fd = Fd.openRead(path)) {
      byte[] bytes = new byte[1000];
      int n = Math.max(0, fd.read(bytes, 0, bytes.length));
      return Arrays.toString(Arrays.copyOf(bytes, n));
    }
  }
}
