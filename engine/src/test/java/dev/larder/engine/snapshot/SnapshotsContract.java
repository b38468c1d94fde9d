package dev.larder.engine.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.engine.digest.Digest;
import dev.larder.engine.store.BlobStore;
import dev.larder.engine.store.FileBlobStore;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What holds of every {@link Snapshots}. */
abstract class SnapshotsContract {
  @TempDir Path home;
  BlobStore blobs;
  Snapshots snapshots;

  abstract Snapshots open(Path home, BlobStore blobs) throws IOException;

  @BeforeEach
  void openStores() throws IOException {
    blobs = FileBlobStore.open(home.resolve("blobs"), Clock.systemUTC());
    snapshots = open(home, blobs);
  }

  @Test
  void emptySnapshot_isEmpty() throws IOException {
    assertThat(snapshots.has(Snapshot.EMPTY)).isTrue();
    assertThat(tree(Snapshot.EMPTY)).isEmpty();
  }

  @Test
  void committedDraft_isSeen_andItsBaseStays() throws IOException {
    Snapshot base = change(Snapshot.EMPTY, root -> write(root, "a", "1"));
    Snapshot top =
        change(
            base,
            root -> {
              write(root, "a", "2");
              write(root, "dir/b", "3");
            });
    assertThat(snapshots.has(top)).isTrue();
    assertThat(top.parent()).contains(base);
    assertThat(tree(base)).containsExactly("a = 1");
    assertThat(tree(top)).containsExactly("a = 2", "dir", "dir/b = 3");
  }

  @Test
  void draftWithoutCommit_isDiscarded() throws IOException {
    Snapshot base = change(Snapshot.EMPTY, root -> write(root, "a", "1"));
    Path root;
    try (Snapshots.Draft draft = snapshots.draft(base)) {
      root = draft.root();
      write(root, "a", "2");
    }
    assertThat(root).doesNotExist();
    assertThat(tree(base)).containsExactly("a = 1");
  }

  @Test
  void removedAndReplaced_doNotShineThrough() throws IOException {
    Snapshot base =
        change(
            Snapshot.EMPTY,
            root -> {
              write(root, "gone", "1");
              write(root, "dir/old", "2");
              write(root, "file", "3");
            });
    Snapshot top =
        change(
            base,
            root -> {
              Files.delete(root.resolve("gone"));
              Files.delete(root.resolve("dir/old"));
              Files.delete(root.resolve("dir"));
              write(root, "dir/new", "4");
              Files.delete(root.resolve("file"));
              write(root, "file/below", "5");
            });
    assertThat(tree(top)).containsExactly("dir", "dir/new = 4", "file", "file/below = 5");
    assertThat(Tars.entries(blobs, snapshots.blob(top)))
        .containsExactly(
            "FOLDER dir",
            "FILE dir/new = 4",
            "FILE dir/.wh.old",
            "FOLDER file",
            "FILE file/below = 5",
            "FILE .wh.gone");
  }

  @Test
  void blob_hasWhatChanged_andTheFoldersAbove() throws IOException {
    Snapshot base =
        change(
            Snapshot.EMPTY,
            root -> {
              write(root, "a/b/c/kept", "1");
              write(root, "a/b/c/changed", "2");
              write(root, "other/x", "3");
            });
    Snapshot top =
        change(
            base,
            root -> {
              write(root, "a/b/c/changed", "22");
              Files.createLink(root.resolve("a/b/c/same"), root.resolve("a/b/c/changed"));
              Files.createSymbolicLink(root.resolve("link"), Path.of("a/b"));
            });
    LayerBlob blob = snapshots.blob(top);
    assertThat(Tars.entries(blobs, blob))
        .containsExactly(
            "FOLDER a",
            "FOLDER a/b",
            "FOLDER a/b/c",
            "FILE a/b/c/changed = 22",
            "HARD_LINK a/b/c/same -> a/b/c/changed",
            "SYMBOLIC_LINK link -> a/b");
    assertThat(snapshots.blob(top)).isEqualTo(blob);
    assertThat(blob.descriptor().digest()).isEqualTo(blob.diffId());
  }

  @Test
  void blob_unpacksToTheSameFiles() throws IOException {
    Snapshot base = change(Snapshot.EMPTY, root -> write(root, "a/b", "1"));
    Snapshot top =
        change(
            base,
            root -> {
              Files.delete(root.resolve("a/b"));
              write(root, "a/c", "2");
            });
    LayerBlob blob = snapshots.blob(top);
    Snapshot again =
        snapshots.unpack(
            base, blob, () -> blobs.find(blob.descriptor().digest()).orElseThrow().open());
    assertThat(tree(again)).isEqualTo(tree(top)).containsExactly("a", "a/c = 2");
    assertThat(snapshots.blob(again)).isEqualTo(blob);
  }

  @Test
  void unpack_appliesWhiteouts() throws IOException {
    Snapshot base =
        Tars.unpack(
            snapshots,
            Snapshot.EMPTY,
            new Tars()
                .file("a", "1")
                .folder("d")
                .file("d/x", "2")
                .folder("e")
                .file("e/y", "3")
                .file("e/z", "4")
                .bytes());
    Snapshot top =
        Tars.unpack(
            snapshots,
            base,
            new Tars()
                .file(".wh.a", "")
                .file("d/.wh..wh..opq", "")
                .file("d/new", "5")
                .file("e/.wh.y", "")
                .file("e/.wh.never", "")
                .bytes());
    assertThat(tree(top)).containsExactly("d", "d/new = 5", "e", "e/z = 4");
  }

  @Test
  void unpack_findsWhatItUnpackedBefore() throws IOException {
    byte[] tar = new Tars().file("a", "1").bytes();
    AtomicInteger opened = new AtomicInteger();
    Snapshots.Opener opener =
        () -> {
          opened.incrementAndGet();
          return new ByteArrayInputStream(tar);
        };
    Snapshot first = snapshots.unpack(Snapshot.EMPTY, Tars.blob(tar), opener);
    assertThat(snapshots.unpack(Snapshot.EMPTY, Tars.blob(tar), opener)).isEqualTo(first);
    assertThat(opened).hasValue(1);
    Snapshot twice = snapshots.unpack(first, Tars.blob(tar), opener);
    assertThat(twice.layers()).hasSize(2);
    assertThat(opened).hasValue(2);
    assertThat(snapshots.blob(first)).isEqualTo(Tars.blob(tar));
  }

  @Test
  void unpack_ofTheSameLayerByManyThreads_isDoneOnce() throws Exception {
    byte[] tar = new Tars().file("a", "1").bytes();
    AtomicInteger opened = new AtomicInteger();
    List<Snapshot> found = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Snapshot>> all = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        all.add(
            threads.submit(
                () ->
                    snapshots.unpack(
                        Snapshot.EMPTY,
                        Tars.blob(tar),
                        () -> {
                          opened.incrementAndGet();
                          return new ByteArrayInputStream(tar);
                        })));
      }
      for (Future<Snapshot> one : all) {
        found.add(one.get());
      }
    }
    assertThat(found).containsOnly(found.getFirst());
    assertThat(opened).hasValue(1);
  }

  @Test
  void unpack_refusesAnotherDigest_andKeepsNothing() throws IOException {
    byte[] tar = new Tars().file("a", "1").bytes();
    byte[] other = new Tars().file("a", "2").bytes();
    assertThatThrownBy(
            () ->
                snapshots.unpack(
                    Snapshot.EMPTY, Tars.blob(tar), () -> new ByteArrayInputStream(other)))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "unpack layer %s: the archive's digest is %s"
                .formatted(Digest.of(tar), Digest.of(other)));
    assertThat(tree(Tars.unpack(snapshots, Snapshot.EMPTY, tar))).containsExactly("a = 1");
  }

  @Test
  void unpack_refusesDamage() throws IOException {
    byte[] tar = new Tars().file("a", "1").file("b", "2").bytes();
    InputStream cut = new ByteArrayInputStream(tar, 0, 600);
    assertThatThrownBy(() -> snapshots.unpack(Snapshot.EMPTY, Tars.blob(tar), () -> cut))
        .isInstanceOf(IOException.class)
        .hasMessageEndingWith("read archive: cut short at offset 600");
  }

  @Test
  void unpack_staysInItsFolder() throws IOException {
    Path outside = Files.createDirectory(home.resolve("outside"));
    assertThatThrownBy(
            () ->
                Tars.unpack(
                    snapshots, Snapshot.EMPTY, new Tars().file("a/../../evil", "1").bytes()))
        .hasMessageContaining("\"a/../../evil\" leads out of the layer");
    byte[] links =
        new Tars()
            .symbolicLink("absolute", outside.toString())
            .file("absolute/evil", "1")
            .symbolicLink("relative", "../../../../../../../../../.." + outside)
            .file("relative/evil", "2")
            .bytes();
    Snapshot unpacked = Tars.unpack(snapshots, Snapshot.EMPTY, links);
    assertThat(outside).isEmptyDirectory();
    String inside = outside.toString().substring(1);
    assertThat(tree(unpacked)).contains(inside + "/evil = 2", "absolute -> " + outside);
  }

  @Test
  void unpack_linksToFilesOfLowerLayers() throws IOException {
    Snapshot base =
        Tars.unpack(snapshots, Snapshot.EMPTY, new Tars().folder("d").file("d/a", "1").bytes());
    Snapshot top = Tars.unpack(snapshots, base, new Tars().hardLink("b", "d/a").bytes());
    assertThat(tree(top)).containsExactly("b = 1", "d", "d/a = 1");
    try (Snapshots.Mounted view = snapshots.view(top)) {
      assertThat(Files.isSameFile(view.root().resolve("b"), view.root().resolve("d/a"))).isTrue();
    }
    assertThatThrownBy(() -> Tars.unpack(snapshots, base, new Tars().hardLink("b", "none").bytes()))
        .hasMessageContaining("unpack \"b\": its target \"none\" is not there");
  }

  @Test
  void view_ofWhatIsNotHere_isRefused() {
    Snapshot strange = Snapshot.EMPTY.with(new LayerId("a".repeat(26)));
    assertThatThrownBy(() -> snapshots.view(strange))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("mount layer aaaaaaaaaaaaaaaaaaaaaaaaaa: it is not in ");
    assertThatThrownBy(() -> snapshots.draft(strange)).isInstanceOf(IOException.class);
  }

  /** What a step does to files. */
  interface Change {
    void in(Path root) throws IOException;
  }

  Snapshot change(Snapshot base, Change change) throws IOException {
    try (Snapshots.Draft draft = snapshots.draft(base)) {
      change.in(draft.root());
      return draft.commit();
    }
  }

  static void write(Path root, String path, String content) throws IOException {
    Path file = root.resolve(path);
    Path folder = file.getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    Files.writeString(file, content);
  }

  List<String> tree(Snapshot snapshot) throws IOException {
    try (Snapshots.Mounted view = snapshots.view(snapshot)) {
      return tree(view.root());
    }
  }

  static List<String> tree(Path root) throws IOException {
    List<String> lines = new ArrayList<>();
    try (Stream<Path> walk = Files.walk(root)) {
      for (Path path : walk.sorted().toList()) {
        String name = root.relativize(path).toString();
        if (Files.isSymbolicLink(path)) {
          lines.add(name + " -> " + Files.readSymbolicLink(path));
        } else if (Files.isRegularFile(path)) {
          lines.add(name + " = " + Files.readString(path));
        } else if (!name.isEmpty()) {
          lines.add(name);
        }
      }
    }
    return lines;
  }
}
