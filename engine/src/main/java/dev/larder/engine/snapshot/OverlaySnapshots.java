package dev.larder.engine.snapshot;

import dev.larder.engine.archive.ReadAhead;
import dev.larder.engine.archive.TarReader;
import dev.larder.engine.digest.Digest;
import dev.larder.engine.digest.Fingerprint;
import dev.larder.engine.linux.Errno;
import dev.larder.engine.linux.Inodes;
import dev.larder.engine.linux.Mounts;
import dev.larder.engine.linux.Trees;
import dev.larder.engine.store.BlobStore;
import dev.larder.engine.store.Records;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Layers as folders that overlayfs lays on each other.
 *
 * <pre>
 * layers/ID/fs           the files, in overlayfs's own format
 * layers/ID/layer.json   when it was made, on what, and its archive
 * layers/ID/used         its time says when it was last used
 * layers/ID/size         its bytes on the disk, once somebody asked
 * drafts/ID/             views and drafts, each locked by its process with drafts/ID.lock
 * unpacked/KEY           which layer an archive on a base was unpacked to
 * locks/                 who unpacks or packs what just now
 * </pre>
 *
 * <p>A layer is synced before its folder gets its name, so one that is there is whole. Threads and
 * processes may share a store; each process sees its own mounts.
 */
public final class OverlaySnapshots implements Snapshots {
  private static final int NEW_ROOT = 0755;

  private final String home;
  private final String layers;
  private final String drafts;
  private final Records unpacked;
  private final Locks locks;
  private final BlobStore blobs;
  private final OverlayFormat format;
  private final OverlayMounts mounts;
  private final Layers kept;
  private final InstantSource clock;
  private final RandomGenerator random;

  private OverlaySnapshots(
      Path folder,
      BlobStore blobs,
      OverlayFormat format,
      boolean oneByOne,
      InstantSource clock,
      RandomGenerator random)
      throws IOException {
    this.home = folder.toAbsolutePath().toString();
    this.layers = home + "/layers";
    this.drafts = home + "/drafts";
    this.unpacked = Records.open(folder.resolve("unpacked"));
    this.locks = new Locks(home + "/locks");
    this.blobs = blobs;
    this.format = format;
    this.mounts = new OverlayMounts(home, format, oneByOne);
    this.kept = new Layers(layers, drafts, unpacked, clock, random);
    this.clock = clock;
    this.random = random;
  }

  /**
   * Opens the layers of a folder, makes it if need be, and removes what killed builds left.
   *
   * @param folder {@code LARDER_HOME}
   * @param blobs where archives of layers are kept
   * @param random names layers; two processes must not draw alike
   */
  public static OverlaySnapshots open(
      Path folder, BlobStore blobs, InstantSource clock, RandomGenerator random)
      throws IOException {
    return open(folder, blobs, OverlayFormat.ofThisProcess(), true, clock, random);
  }

  static OverlaySnapshots open(
      Path folder,
      BlobStore blobs,
      OverlayFormat format,
      boolean oneByOne,
      InstantSource clock,
      RandomGenerator random)
      throws IOException {
    OverlaySnapshots snapshots =
        new OverlaySnapshots(folder, blobs, format, oneByOne, clock, random);
    for (String one : List.of(snapshots.layers, snapshots.drafts, snapshots.locks.folder())) {
      makeFolder(one);
    }
    LayerFiles.sync(snapshots.home);
    Workspace.sweep(snapshots.drafts);
    return snapshots;
  }

  private static void makeFolder(String path) throws Errno {
    try {
      Inodes.makeFolder(path, 0700);
    } catch (Errno e) {
      if (!e.is(Errno.EEXIST)) {
        throw e;
      }
    }
  }

  /** Where a layer's files are, relative to the store. */
  static String layerFolder(String id) {
    return "layers/" + id + "/fs";
  }

  private String files(LayerId id) {
    return home + "/" + layerFolder(id.text());
  }

  @Override
  public Mounted view(Snapshot snapshot) throws IOException {
    requireAll(snapshot);
    Workspace workspace = Workspace.create(drafts, random);
    try {
      String root = workspace.makeFolder(Workspace.ROOT, NEW_ROOT);
      switch (snapshot.layers().size()) {
        case 0 -> OverlayMounts.bind(workspace.makeFolder("empty", NEW_ROOT), root, false);
        case 1 -> OverlayMounts.bind(files(snapshot.layers().getFirst()), root, false);
        default -> mounts.overlay(lowers(snapshot), null, root, spare(workspace));
      }
      return new OverlayView(workspace);
    } catch (IOException e) {
      workspace.close();
      throw e;
    }
  }

  @Override
  public Draft draft(Snapshot base) throws IOException {
    requireAll(base);
    Workspace workspace = Workspace.create(drafts, random);
    try {
      String files = makeFiles(workspace, base);
      String root = workspace.makeFolder(Workspace.ROOT, NEW_ROOT);
      if (base.layers().isEmpty()) {
        OverlayMounts.bind(files, root, true);
      } else {
        workspace.makeFolder("work", 0700);
        String in = "drafts/" + workspace.id();
        OverlayMounts.Upper upper = new OverlayMounts.Upper(in + "/fs", in + "/work");
        mounts.overlay(lowers(base), upper, root, spare(workspace));
      }
      return new OverlayDraft(this, workspace, base);
    } catch (IOException e) {
      workspace.close();
      throw e;
    }
  }

  /** The folder of a new layer; its root looks as the one below it. */
  private String makeFiles(Workspace workspace, Snapshot base) throws IOException {
    String files = workspace.makeFolder("fs", NEW_ROOT);
    if (base.layers().isEmpty()) {
      Inodes.changeMode(files, NEW_ROOT); // whatever the umask
    } else {
      String below = files(base.layers().getLast());
      LayerFiles.copyAttributes(below, Inodes.lstat(below), files);
    }
    return files;
  }

  private static String spare(Workspace workspace) throws Errno {
    workspace.makeFolder("spare", 0700);
    return "drafts/" + workspace.id() + "/spare";
  }

  private static List<String> lowers(Snapshot snapshot) {
    return snapshot.layers().reversed().stream().map(id -> layerFolder(id.text())).toList();
  }

  @Override
  public boolean has(Snapshot snapshot) throws IOException {
    return kept.use(snapshot);
  }

  private void requireAll(Snapshot snapshot) throws IOException {
    if (!has(snapshot)) {
      for (LayerId id : snapshot.layers()) {
        if (!kept.has(id)) {
          throw new IOException("mount layer " + id + ": it is not in " + layers);
        }
      }
    }
  }

  @Override
  public Snapshot unpack(Snapshot base, LayerBlob blob, Opener tar) throws IOException {
    Fingerprint print = Fingerprint.of("unpack/1").add("diffId", blob.diffId());
    base.layers().forEach(layer -> print.add("base", layer.text()));
    String key = print.digest().hex();
    Optional<LayerId> found = findUnpacked(key);
    if (found.isPresent()) {
      return base.with(found.get());
    }
    return locks.holding(
        key,
        () -> {
          Optional<LayerId> meanwhile = findUnpacked(key);
          LayerId id = meanwhile.isPresent() ? meanwhile.get() : unpackNew(base, blob, tar);
          unpacked.put(key, id.text());
          return base.with(id);
        });
  }

  private Optional<LayerId> findUnpacked(String key) throws IOException {
    Optional<String> text = unpacked.findText(key);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    LayerId id = new LayerId(text.get());
    return has(Snapshot.EMPTY.with(id)) ? Optional.of(id) : Optional.empty();
  }

  private LayerId unpackNew(Snapshot base, LayerBlob blob, Opener tar) throws IOException {
    requireAll(base);
    try (Workspace workspace = Workspace.create(drafts, random);
        LazyView below = new LazyView(this, base)) {
      LayerFolder folder = new LayerFolder(makeFiles(workspace, base), below, format);
      MessageDigest sha = Digest.sha256();
      try (InputStream in = new ReadAhead(new DigestInputStream(tar.open(), sha))) {
        new LayerUnpacker(folder, format).unpack(new TarReader(in));
        in.skipNBytes(0);
        in.transferTo(java.io.OutputStream.nullOutputStream()); // padding is part of the digest
      }
      Digest found = Digest.of(sha);
      if (!found.equals(blob.diffId())) {
        throw new IOException("the archive's digest is " + found);
      }
      return keep(workspace, new LayerRecord(clock.instant(), base, Optional.of(blob)));
    } catch (InterruptedIOException e) {
      throw e;
    } catch (IOException e) {
      throw new IOException("unpack layer " + blob.diffId() + ": " + e.getMessage(), e);
    }
  }

  /**
   * Unpacks an archive that is nobody's layer yet, {@code docker import}'s, as a layer of our own:
   * its digest will be that of the archive that we make of it.
   */
  public Snapshot importRoot(Opener tar) throws IOException {
    try (Workspace workspace = Workspace.create(drafts, random);
        LazyView below = new LazyView(this, Snapshot.EMPTY)) {
      LayerFolder folder = new LayerFolder(makeFiles(workspace, Snapshot.EMPTY), below, format);
      LayerUnpacker unpacker = new LayerUnpacker(folder, format);
      try (InputStream in = new ReadAhead(tar.open())) {
        unpacker.unpack(new TarReader(in));
      }
      Instant now = clock.instant();
      boolean root = unpacker.hasRoot();
      return Snapshot.EMPTY.with(
          keep(workspace, new LayerRecord(now, Snapshot.EMPTY, Optional.empty(), root)));
    }
  }

  /** Makes a workspace's files a layer. */
  LayerId keep(Workspace workspace, LayerRecord record) throws IOException {
    String layer = workspace.makeFolder("layer", 0700);
    Inodes.rename(workspace.path("fs"), layer + "/fs", Inodes.RENAME_NOREPLACE);
    LayerFiles.syncFileSystem(layer);
    Records.open(Path.of(layer)).put(LayerRecord.FILE, record.toJson());
    Inodes.rename(layer, layers + "/" + workspace.id(), Inodes.RENAME_NOREPLACE);
    LayerFiles.sync(layers);
    return workspace.id();
  }

  InstantSource clock() {
    return clock;
  }

  private Records records(LayerId id) throws IOException {
    return Records.open(Path.of(layers + "/" + id));
  }

  @Override
  public LayerBlob blob(Snapshot snapshot) throws IOException {
    if (snapshot.layers().isEmpty()) {
      throw new IllegalArgumentException("an empty file system has no layer");
    }
    requireAll(snapshot);
    LayerId id = snapshot.layers().getLast();
    Optional<LayerBlob> known = usable(kept.record(id));
    if (known.isPresent()) {
      return known.get();
    }
    return locks.holding(id.text(), () -> packOnce(id));
  }

  /**
   * The digest of the topmost layer's archive, uncompressed. The archive itself is not kept: it
   * would double what a layer takes on the disk, and only exporters need it.
   */
  public Digest diffId(Snapshot snapshot) throws IOException {
    LayerId id = snapshot.layers().getLast();
    LayerRecord record = kept.record(id);
    if (record.blob().isPresent()) {
      return record.blob().get().diffId();
    }
    return locks.holding(
        id.text(),
        () -> {
          LayerRecord now = kept.record(id);
          if (now.blob().isPresent()) {
            return now.blob().get().diffId();
          }
          LayerBlob blob = measure(id, now);
          records(id).put(LayerRecord.FILE, now.with(blob).toJson());
          return blob.diffId();
        });
  }

  /** When the topmost layer was made. */
  public Instant created(Snapshot snapshot) throws IOException {
    return kept.record(snapshot.layers().getLast()).created();
  }

  private LayerBlob measure(LayerId id, LayerRecord record) throws IOException {
    try (Mounted below = view(record.base())) {
      return LayerArchive.measure(id, files(id), below.root(), record.root(), format);
    }
  }

  private LayerBlob packOnce(LayerId id) throws IOException {
    LayerRecord record = kept.record(id);
    Optional<LayerBlob> known = usable(record);
    if (known.isPresent()) {
      return known.get();
    }
    LayerBlob made = pack(id, record);
    if (record.blob().isPresent() && !record.blob().get().diffId().equals(made.diffId())) {
      throw new IOException(
          "pack layer %s: its archive %s is gone and can't be made again"
              .formatted(id, record.blob().get().diffId()));
    }
    records(id).put(LayerRecord.FILE, record.with(made).toJson());
    return made;
  }

  /** A compressed archive came from elsewhere and can come again; ours are checked to be there. */
  private Optional<LayerBlob> usable(LayerRecord record) throws IOException {
    if (record.blob().isEmpty()) {
      return Optional.empty();
    }
    LayerBlob blob = record.blob().get();
    boolean packedElsewhere = !blob.descriptor().digest().equals(blob.diffId());
    return packedElsewhere || blobs.find(blob.diffId()).isPresent()
        ? Optional.of(blob)
        : Optional.empty();
  }

  private LayerBlob pack(LayerId id, LayerRecord record) throws IOException {
    try (Mounted below = view(record.base())) {
      return LayerArchive.keep(id, files(id), below.root(), record.root(), format, blobs);
    }
  }

  /** Which layers there are, and their removal. */
  public Layers layers() {
    return kept;
  }

  private record OverlayView(Workspace workspace) implements Mounted {
    @Override
    public Path root() {
      return Path.of(workspace.path(Workspace.ROOT));
    }

    @Override
    public void close() throws IOException {
      workspace.close();
    }
  }

  /** Mounted only if someone looks. */
  private static final class LazyView implements LayerFolder.Base, AutoCloseable {
    private final OverlaySnapshots snapshots;
    private final Snapshot snapshot;
    private Optional<Mounted> view = Optional.empty();

    LazyView(OverlaySnapshots snapshots, Snapshot snapshot) {
      this.snapshots = snapshots;
      this.snapshot = snapshot;
    }

    @Override
    public String root() throws IOException {
      if (view.isEmpty()) {
        view = Optional.of(snapshots.view(snapshot));
      }
      return view.get().root().toString();
    }

    @Override
    public void close() throws IOException {
      if (view.isPresent()) {
        view.get().close();
      }
    }
  }

  private static final class OverlayDraft implements Draft {
    private final OverlaySnapshots snapshots;
    private final Workspace workspace;
    private final Snapshot base;

    OverlayDraft(OverlaySnapshots snapshots, Workspace workspace, Snapshot base) {
      this.snapshots = snapshots;
      this.workspace = workspace;
      this.base = base;
    }

    @Override
    public Path root() {
      return Path.of(workspace.path(Workspace.ROOT));
    }

    @Override
    public Snapshot commit() throws IOException {
      try {
        Mounts.unmount(workspace.path(Workspace.ROOT), 0);
      } catch (Errno e) {
        throw e.is(Errno.EBUSY)
            ? new IOException("keep the files of a step: a process still uses them", e)
            : e;
      }
      Trees.remove(workspace.path("work"));
      LayerRecord record = new LayerRecord(snapshots.clock().instant(), base, Optional.empty());
      LayerId id = snapshots.keep(workspace, record);
      workspace.close();
      return base.with(id);
    }

    @Override
    public void close() throws IOException {
      workspace.close();
    }
  }
}
