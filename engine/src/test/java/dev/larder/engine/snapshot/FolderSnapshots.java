package dev.larder.engine.snapshot;

import dev.larder.engine.archive.TarEntry;
import dev.larder.engine.archive.TarReader;
import dev.larder.engine.archive.TarWriter;
import dev.larder.engine.archive.Whiteouts;
import dev.larder.engine.digest.Digest;
import dev.larder.engine.linux.Errno;
import dev.larder.engine.linux.Fd;
import dev.larder.engine.linux.Inodes;
import dev.larder.engine.linux.Stat;
import dev.larder.engine.linux.Trees;
import dev.larder.engine.oci.Descriptor;
import dev.larder.engine.oci.MediaType;
import dev.larder.engine.store.BlobStore;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Snapshots for tests that need no mounts and no rights: each layer is a whole copy of its file
 * system, and views can be written to.
 */
public final class FolderSnapshots implements Snapshots {
  private final String folder;
  private final BlobStore blobs;
  private final Map<LayerId, Snapshot> bases = new HashMap<>();
  private final Map<LayerId, LayerBlob> packed = new HashMap<>();
  private final Map<List<Object>, Snapshot> unpacked = new HashMap<>();
  private int count;

  /** Keeps the copies in an empty folder. */
  public FolderSnapshots(Path folder, BlobStore blobs) {
    this.folder = folder.toString();
    this.blobs = blobs;
  }

  private String files(Snapshot snapshot) throws IOException {
    for (LayerId id : snapshot.layers()) {
      if (!bases.containsKey(id)) {
        throw new IOException("mount layer " + id + ": it is not in " + folder);
      }
    }
    String path =
        folder + "/" + (snapshot.layers().isEmpty() ? "empty" : snapshot.layers().getLast());
    if (snapshot.layers().isEmpty() && Inodes.find(path).isEmpty()) {
      Inodes.makeFolder(path, 0755);
    }
    return path;
  }

  @Override
  public synchronized Mounted view(Snapshot snapshot) throws IOException {
    Path root = Path.of(files(snapshot));
    return new Mounted() {
      @Override
      public Path root() {
        return root;
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public synchronized Draft draft(Snapshot base) throws IOException {
    String from = files(base);
    LayerId id = new LayerId("%026d".formatted(++count));
    String to = folder + "/" + id;
    copy(from, to);
    return new Draft() {
      private boolean kept;

      @Override
      public Path root() {
        return Path.of(to);
      }

      @Override
      public Snapshot commit() {
        kept = true;
        return keep(id, base);
      }

      @Override
      public void close() throws IOException {
        if (!kept) {
          Trees.remove(to);
        }
      }
    };
  }

  private synchronized Snapshot keep(LayerId id, Snapshot base) {
    bases.put(id, base);
    return base.with(id);
  }

  @Override
  public synchronized boolean has(Snapshot snapshot) {
    return bases.keySet().containsAll(snapshot.layers());
  }

  @Override
  public synchronized Snapshot unpack(Snapshot base, LayerBlob blob, Opener tar)
      throws IOException {
    List<Object> key = List.of(base, blob.diffId());
    Snapshot known = unpacked.get(key);
    if (known != null) {
      return known;
    }
    byte[] bytes;
    try (InputStream in = tar.open()) {
      bytes = in.readAllBytes();
    }
    try (Draft draft = draft(base)) {
      apply(new TarReader(new ByteArrayInputStream(bytes)), draft.root().toString());
      if (!Digest.of(bytes).equals(blob.diffId())) {
        throw new IOException("the archive's digest is " + Digest.of(bytes));
      }
      Snapshot snapshot = draft.commit();
      unpacked.put(key, snapshot);
      packed.put(snapshot.layers().getLast(), blob);
      return snapshot;
    } catch (IOException e) {
      throw new IOException("unpack layer " + blob.diffId() + ": " + e.getMessage(), e);
    }
  }

  private void apply(TarReader tar, String root) throws IOException {
    String empty = files(Snapshot.EMPTY);
    LayerFolder layer = new LayerFolder(root, () -> empty, new OverlayFormat(false));
    Set<String> written = new HashSet<>();
    for (Optional<TarEntry> e = tar.next(); e.isPresent(); e = tar.next()) {
      try {
        apply(e.get(), tar, layer, written);
      } catch (IOException problem) {
        throw new IOException(
            "unpack \"" + e.get().path() + "\": " + problem.getMessage(), problem);
      }
    }
    layer.finish();
  }

  private static void apply(TarEntry entry, TarReader tar, LayerFolder layer, Set<String> written)
      throws IOException {
    String path = layer.locate(LayerFolder.clean(entry.path()));
    if (path.isEmpty()) {
      return;
    }
    String in = path.substring(0, path.lastIndexOf('/'));
    String name = path.substring(path.lastIndexOf('/') + 1);
    if (name.equals(Whiteouts.OPAQUE)) {
      for (Inodes.Entry child : Inodes.list(layer.absolute(in))) {
        if (!written.contains(in + "/" + child.name())) {
          Trees.remove(layer.absolute(in) + "/" + child.name());
        }
      }
      return;
    }
    if (Whiteouts.hidesOne(name)) {
      Trees.remove(layer.absolute(in) + "/" + name.substring(Whiteouts.PREFIX.length()));
      return;
    }
    written.add(path);
    String target = layer.absolute(path);
    layer.makeRoom(path, entry.type() == TarEntry.Type.FOLDER);
    switch (entry.type()) {
      case FOLDER -> layer.setTime(path, entry.mtimeSeconds(), entry.mtimeNanos());
      case SYMBOLIC_LINK -> Inodes.makeLink(entry.link(), target);
      case HARD_LINK -> layer.link(layer.locate(LayerFolder.clean(entry.link())), path);
      case FILE -> {
        try (Fd out = Fd.open(target, Fd.WRITE_ONLY | Fd.CREATE, 0644)) {
          byte[] bytes = tar.content().readAllBytes();
          out.write(bytes, 0, bytes.length);
        }
        Inodes.changeMode(target, entry.mode());
        Inodes.changeTime(target, entry.mtimeSeconds(), entry.mtimeNanos());
      }
      case CHARACTER_DEVICE, BLOCK_DEVICE, FIFO -> throw new IOException("a device");
    }
  }

  @Override
  public synchronized LayerBlob blob(Snapshot snapshot) throws IOException {
    LayerId id = snapshot.layers().getLast();
    LayerBlob known = packed.get(id);
    if (known != null) {
      return known;
    }
    Snapshot base = bases.getOrDefault(id, Snapshot.EMPTY);
    try (BlobStore.Draft draft = blobs.draft()) {
      TarWriter tar = new TarWriter(draft.out());
      List<TarEntry> entries = new ArrayList<>();
      diff(files(snapshot), files(base), "", entries);
      Map<Long, String> names = new HashMap<>();
      for (TarEntry entry : entries) {
        write(files(snapshot), entry, names, tar);
      }
      tar.finish();
      BlobStore.Blob blob = draft.commit();
      LayerBlob made =
          new LayerBlob(
              blob.digest(), Descriptor.of(MediaType.OCI_LAYER_TAR, blob.digest(), blob.size()));
      packed.put(id, made);
      return made;
    }
  }

  private static void write(String root, TarEntry entry, Map<Long, String> names, TarWriter tar)
      throws IOException {
    Path file = Path.of(root, entry.path());
    Optional<Stat> stat = Inodes.find(file.toString());
    if (entry.type() != TarEntry.Type.FILE || stat.isEmpty()) {
      tar.entry(entry);
      return;
    }
    String first = names.putIfAbsent(stat.get().inode(), entry.path());
    if (first != null) {
      tar.entry(entry.asHardLink(first));
    } else {
      tar.entry(entry, new ByteArrayInputStream(Files.readAllBytes(file)));
    }
  }

  /** Adds the entries of what differs below a folder; the folder's own comes before them. */
  private static void diff(String now, String old, String path, List<TarEntry> into)
      throws IOException {
    Set<String> names = new TreeSet<>(children(now + path).keySet());
    names.addAll(children(old + path).keySet());
    for (String name : names) {
      String child = path + "/" + name;
      Optional<Stat> here = Inodes.find(now + child);
      Optional<Stat> before = Inodes.find(old + child);
      if (here.isEmpty()) {
        into.add(
            TarEntry.file(
                path.substring(path.isEmpty() ? 0 : 1)
                    + (path.isEmpty() ? "" : "/")
                    + Whiteouts.PREFIX
                    + name,
                0,
                0,
                0));
        continue;
      }
      List<TarEntry> below = new ArrayList<>();
      if (here.get().isDirectory()) {
        diff(now, old, child, below);
      }
      if (!below.isEmpty() || before.isEmpty() || !same(now, old, child)) {
        String link = here.get().isSymbolicLink() ? Inodes.readLink(now + child) : "";
        into.add(TarEntry.of(child.substring(1), here.get(), link, new TreeMap<>()));
      }
      into.addAll(below);
    }
  }

  private static Map<String, Integer> children(String path) throws Errno {
    Map<String, Integer> children = new HashMap<>();
    if (Inodes.find(path).filter(Stat::isDirectory).isPresent()) {
      Inodes.list(path).forEach(entry -> children.put(entry.name(), entry.type()));
    }
    return children;
  }

  private static boolean same(String now, String old, String path) throws IOException {
    Stat a = Inodes.lstat(now + path);
    Stat b = Inodes.lstat(old + path);
    if (a.mode() != b.mode()) {
      return false;
    }
    return a.isDirectory()
        || (a.mtimeSeconds() == b.mtimeSeconds()
            && a.mtimeNanos() == b.mtimeNanos()
            && (!a.isRegular()
                || Arrays.equals(
                    Files.readAllBytes(Path.of(now + path)),
                    Files.readAllBytes(Path.of(old + path)))));
  }

  private static void copy(String from, String to) throws IOException {
    Inodes.makeFolder(to, 0755);
    for (Inodes.Entry entry : Inodes.list(from)) {
      String source = from + "/" + entry.name();
      if (entry.type() == Stat.DIRECTORY) {
        copy(source, to + "/" + entry.name());
      } else {
        LayerFiles.copyFile(source, Inodes.lstat(source), to + "/" + entry.name());
      }
    }
    LayerFiles.copyAttributes(from, Inodes.lstat(from), to);
  }
}
