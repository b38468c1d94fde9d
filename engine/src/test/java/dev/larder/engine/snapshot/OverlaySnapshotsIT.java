package dev.larder.engine.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.engine.archive.TarEntry;
import dev.larder.engine.linux.Inodes;
import dev.larder.engine.linux.Stat;
import dev.larder.engine.store.BlobStore;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The contract on the real file system, and what only that can do. */
final class OverlaySnapshotsIT extends SnapshotsContract {
  @Override
  OverlaySnapshots open(Path home, BlobStore blobs) throws IOException {
    return OverlaySnapshots.open(home, blobs, Clock.systemUTC(), new SecureRandom());
  }

  private OverlaySnapshots overlay() {
    return (OverlaySnapshots) snapshots;
  }

  @Test
  void view_isReadOnly() throws IOException {
    Snapshot one = change(Snapshot.EMPTY, root -> write(root, "a", "1"));
    Snapshot two = change(one, root -> write(root, "b", "2"));
    for (Snapshot each : List.of(Snapshot.EMPTY, one, two)) {
      try (Snapshots.Mounted view = snapshots.view(each)) {
        assertThatThrownBy(() -> write(view.root(), "c", "3"))
            .isInstanceOf(IOException.class)
            .hasMessageContaining("Read-only");
      }
    }
  }

  @Test
  void newLayer_hasTheRootOfItsBase() throws IOException {
    byte[] tar = new Tars().entry(TarEntry.folder("./", 0711, 3_000), "").file("a", "").bytes();
    Snapshot base = Tars.unpack(snapshots, Snapshot.EMPTY, tar);
    Snapshot top = change(base, root -> write(root, "b", "2"));
    try (Snapshots.Mounted view = snapshots.view(top)) {
      assertThat(Inodes.lstat(view.root().toString()).permissions()).isEqualTo(0711);
    }
    try (Snapshots.Mounted view = snapshots.view(Snapshot.EMPTY)) {
      assertThat(Inodes.lstat(view.root().toString()).permissions()).isEqualTo(0755);
    }
  }

  @Test
  void layersByTheHundred_areMounted_byNewKernelsAndOld() throws IOException {
    Snapshot all = Snapshot.EMPTY;
    for (int i = 0; i < 128; i++) {
      all = Tars.unpack(snapshots, all, new Tars().file("f" + i, "" + i).bytes());
    }
    for (boolean oneByOne : new boolean[] {true, false}) {
      OverlaySnapshots store =
          OverlaySnapshots.open(
              home,
              blobs,
              OverlayFormat.ofThisProcess(),
              oneByOne,
              Clock.systemUTC(),
              new SecureRandom());
      Snapshot top;
      try (Snapshots.Draft draft = store.draft(all)) {
        assertThat(tree(draft.root())).hasSize(128).contains("f0 = 0", "f127 = 127");
        Files.delete(draft.root().resolve("f0"));
        top = draft.commit();
      }
      try (Snapshots.Mounted view = store.view(top)) {
        assertThat(tree(view.root())).hasSize(127).doesNotContain("f0 = 0");
      }
    }
  }

  @Test
  void unpack_keepsOwnersModesTimesAttributesAndDevices() throws IOException {
    SequencedMap<String, byte[]> attributes = new LinkedHashMap<>();
    byte[] capability = {1, 0, 0, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
    attributes.put("security.capability", capability);
    attributes.put("user.bytes", new byte[] {(byte) 0xFF, 0, 1});
    attributes.put("trusted.overlay.opaque", new byte[] {'y'});
    TarEntry file =
        new TarEntry(
            "d/f", TarEntry.Type.FILE, 04755, 1, 2_000_000, 1, 77, 0, "", 0, 0, attributes);
    TarEntry device =
        new TarEntry(
            "d/null",
            TarEntry.Type.CHARACTER_DEVICE,
            0666,
            0,
            0,
            0,
            78,
            0,
            "",
            1,
            3,
            new LinkedHashMap<>());
    byte[] tar = new Tars().folder("d").entry(file, "x").entry(device, "").bytes();
    Snapshot snapshot = Tars.unpack(snapshots, Snapshot.EMPTY, tar);
    try (Snapshots.Mounted view = snapshots.view(snapshot)) {
      String root = view.root().toString();
      Stat f = Inodes.lstat(root + "/d/f");
      assertThat(f.permissions()).isEqualTo(04755);
      assertThat(List.of(f.uid(), f.gid())).containsExactly(1, 2_000_000);
      assertThat(f.mtimeSeconds()).isEqualTo(77);
      assertThat(Inodes.attributes(root + "/d/f"))
          .containsOnlyKeys("security.capability", "user.bytes");
      assertThat(Inodes.attribute(root + "/d/f", "security.capability")).contains(capability);
      assertThat(Inodes.lstat(root + "/d").mtimeSeconds()).isEqualTo(2_000);
      Stat node = Inodes.lstat(root + "/d/null");
      assertThat(List.of(node.type(), node.deviceMajor(), node.deviceMinor()))
          .containsExactly(Stat.CHARACTER_DEVICE, 1, 3);
    }
  }

  @Test
  void blob_isNothing_forAFileThatWasOnlyCopiedUp() throws IOException {
    Snapshot base =
        Tars.unpack(snapshots, Snapshot.EMPTY, new Tars().folder("d").file("d/a", "1").bytes());
    Snapshot top =
        change(
            base,
            root -> {
              Inodes.changeMode(root + "/d/a", 0600);
              Inodes.changeMode(root + "/d/a", 0644);
            });
    assertThat(Tars.entries(blobs, snapshots.blob(top))).isEmpty();
    Snapshot other = change(base, root -> Inodes.changeMode(root + "/d/a", 0600));
    assertThat(Tars.entries(blobs, snapshots.blob(other)))
        .containsExactly("FOLDER d", "FILE d/a = 1");
  }

  @Test
  void blobOfAnImport_hasTheRootWhereTheArchiveHadIt() throws IOException {
    byte[] with = new Tars().entry(TarEntry.folder(".", 0700, 5_000), "").file("a", "1").bytes();
    byte[] without = new Tars().file("a", "1").bytes();
    Snapshot base = overlay().importRoot(() -> new ByteArrayInputStream(with));
    assertThat(Tars.entries(blobs, snapshots.blob(base))).containsExactly("FOLDER .", "FILE a = 1");
    assertThat(overlay().diffId(base)).isEqualTo(snapshots.blob(base).diffId());
    Snapshot top = change(base, root -> write(root, "b", "2"));
    assertThat(Tars.entries(blobs, snapshots.blob(top))).containsExactly("FILE b = 2");
    Snapshot bare = overlay().importRoot(() -> new ByteArrayInputStream(without));
    assertThat(Tars.entries(blobs, snapshots.blob(bare))).containsExactly("FILE a = 1");
  }

  @Test
  void blob_leavesOutSockets_andNamesThatAreNotUtf8Stay() throws IOException {
    Snapshot top =
        change(
            Snapshot.EMPTY,
            root -> {
              Inodes.makeNode(root + "/socket", Stat.SOCKET | 0600, 0, 0);
              Inodes.makeFolder(root + "/\udcff\udc80", 0700);
            });
    assertThat(Tars.entries(blobs, snapshots.blob(top))).containsExactly("FOLDER \udcff\udc80");
  }

  @Test
  void leftDraftOfADeadProcess_isRemoved_andALivingOnesStays() throws IOException {
    Path drafts = home.resolve("drafts");
    try (Snapshots.Draft draft = snapshots.draft(Snapshot.EMPTY)) {
      write(draft.root(), "a", "1");
      Path dead = Files.createDirectories(drafts.resolve("b".repeat(26)));
      Files.createFile(drafts.resolve("b".repeat(26) + ".lock"));
      write(dead, "fs/x", "1");
      open(home, blobs);
      assertThat(dead).doesNotExist();
      assertThat(draft.root().resolve("a")).exists();
      assertThat(tree(draft.commit())).containsExactly("a = 1");
    }
    assertThat(drafts).isEmptyDirectory();
  }

  @Test
  void removedLayers_goTopmostFirst_andOneThatAnotherStandsOnStays() throws IOException {
    Snapshot base = change(Snapshot.EMPTY, root -> write(root, "a", "1"));
    Snapshot top = change(base, root -> write(root, "b", "2"));
    LayerId lower = base.layers().getFirst();
    LayerId upper = top.layers().getLast();
    Layers layers = overlay().layers();
    assertThat(layers.list()).extracting(Layer::id).containsExactlyInAnyOrder(lower, upper);
    assertThat(layers.bytesOnDisk(upper)).isEqualTo(8192);
    assertThat(layers.remove(Set.of(lower), Instant.MAX)).isEmpty();
    assertThat(snapshots.has(top)).isTrue();
    assertThat(layers.remove(List.of(lower, upper), Instant.MAX))
        .containsExactlyInAnyOrder(lower, upper);
    assertThat(snapshots.has(base)).isFalse();
    assertThat(layers.list()).isEmpty();
  }

  @Test
  void layerThatWasUsedSince_isNotRemoved() throws IOException {
    Snapshot made = change(Snapshot.EMPTY, root -> write(root, "a", "1"));
    Instant hour = Instant.ofEpochSecond(Instant.now().plus(Duration.ofHours(1)).getEpochSecond());
    OverlaySnapshots later =
        OverlaySnapshots.open(home, blobs, InstantSource.fixed(hour), new SecureRandom());
    assertThat(later.has(made)).isTrue();
    Layers layers = overlay().layers();
    assertThat(layers.list()).extracting(Layer::used).containsExactly(hour);
    assertThat(layers.remove(made.layers(), hour)).isEmpty();
    assertThat(layers.remove(made.layers(), hour.plusMillis(1))).hasSize(1);
  }

  @Test
  void archiveOfARemovedLayer_isUnpackedAgain() throws IOException {
    LayerBlob blob = snapshots.blob(change(Snapshot.EMPTY, root -> write(root, "a", "1")));
    Snapshots.Opener tar = () -> blobs.find(blob.diffId()).orElseThrow().open();
    Snapshot first = snapshots.unpack(Snapshot.EMPTY, blob, tar);
    assertThat(snapshots.unpack(Snapshot.EMPTY, blob, tar)).isEqualTo(first);
    overlay().layers().remove(first.layers(), Instant.MAX);
    assertThat(home.resolve("unpacked")).isEmptyDirectory();
    Snapshot second = snapshots.unpack(Snapshot.EMPTY, blob, tar);
    assertThat(second).isNotEqualTo(first);
    assertThat(tree(second)).containsExactly("a = 1");
  }

  @Test
  void blobThatWasRemoved_isMadeAgain() throws IOException {
    Snapshot top = change(Snapshot.EMPTY, root -> write(root, "a", "1"));
    LayerBlob blob = snapshots.blob(top);
    assertThat(blobs.remove(blob.diffId())).isTrue();
    assertThat(snapshots.blob(top)).isEqualTo(blob);
    assertThat(blobs.find(blob.diffId())).isPresent();
  }
}
