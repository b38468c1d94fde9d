package dev.larder.engine.store;

import dev.larder.engine.digest.Digest;
import dev.larder.engine.linux.Fd;
import dev.larder.engine.linux.Inodes;
import dev.larder.engine.linux.Stat;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Blobs as files of a folder.
 *
 * <pre>
 * blobs/sha256/ab/abcdef…   a blob; its modification time is when it was last used
 * blobs/new/                 blobs being written, each locked by its writer
 * blobs/ingest/abcdef…       what is there of a download, locked by who downloads
 * blobs/gate                 keeps finding and removing apart
 * blobs/hashed/ab/abcdef…    which state of the blob's file was hashed last
 * </pre>
 */
public final class FileBlobStore implements BlobStore {
  private static final long MARK_EVERY = 3600; // seconds

  private final Path blobs;
  private final Path fresh;
  private final Path ingests;
  private final Gate gate;
  private final Clock clock;
  private final Memos hashed;

  private FileBlobStore(Path root, Clock clock) throws IOException {
    this.blobs = root.resolve("sha256");
    this.fresh = root.resolve("new");
    this.ingests = root.resolve("ingest");
    this.gate = new Gate(root.resolve("gate"));
    this.clock = clock;
    this.hashed = Memos.open(root.resolve("hashed"));
  }

  /**
   * Opens the store of a folder, makes it if need be, and removes what a crash left.
   *
   * @param root for instance {@code LARDER_HOME/blobs}
   */
  public static FileBlobStore open(Path root, Clock clock) throws IOException {
    FileBlobStore store = new FileBlobStore(root.toAbsolutePath(), clock);
    NewFile.makeFolder(store.blobs);
    NewFile.makeFolder(store.fresh);
    NewFile.makeFolder(store.ingests);
    NewFile.sweep(store.fresh);
    return store;
  }

  @Override
  public Optional<Blob> find(Digest digest) throws IOException {
    Path path = path(digest);
    return gate.finding(
        () -> {
          try {
            long size = Files.size(path);
            Files.setLastModifiedTime(path, FileTime.from(clock.instant()));
            return Optional.of(new FileBlob(digest, size, path));
          } catch (NoSuchFileException e) {
            return Optional.empty();
          }
        });
  }

  /**
   * Finds a blob whose bytes are known to be those of its digest. One whose file is not as it was
   * when it was hashed last is hashed again, and removed if it is wrong.
   */
  public Optional<Blob> findIntact(Digest digest) throws IOException {
    Path path = path(digest);
    Optional<Stat> found = Inodes.find(path.toString());
    if (found.isEmpty()) {
      return Optional.empty();
    }
    Stat stat = found.get();
    if (!hashed.find(digest).filter(state(stat)::equals).isPresent()) {
      if (!isWhole(path, digest)) {
        remove(digest);
        return Optional.empty();
      }
      hashed(digest, stat);
    }
    // Each mark of use changes the file's state, so they are an hour apart.
    if (clock.instant().minusSeconds(MARK_EVERY).getEpochSecond() < stat.mtimeSeconds()) {
      return Optional.of(new FileBlob(digest, stat.size(), path));
    }
    Optional<Blob> marked = find(digest);
    if (marked.isPresent()) {
      hashed(digest, Inodes.lstat(path.toString()));
    }
    return marked;
  }

  /**
   * Whether a blob is there that is not what its digest says: it is read, and not marked as used.
   */
  public boolean isDamaged(Digest digest) throws IOException {
    try (InputStream in = Files.newInputStream(path(digest))) {
      return !Digest.of(in).equals(digest);
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  /** Remembers what was hashed; where that can't be kept it is hashed again. */
  private void hashed(Digest digest, Stat stat) {
    try {
      hashed.put(digest, state(stat));
    } catch (IOException e) {
      return;
    }
  }

  private static boolean isWhole(Path path, Digest digest) throws IOException {
    try (InputStream in = Files.newInputStream(path)) {
      return Digest.of(in).equals(digest);
    } catch (NoSuchFileException e) {
      return false; // removed meanwhile
    }
  }

  /** What changes whenever a file is written to. */
  private static String state(Stat stat) {
    return stat.inode() + " " + stat.size() + " " + stat.ctimeSeconds() + "." + stat.ctimeNanos();
  }

  /**
   * Keeps a file whose digest was found while it was written; it loses its name.
   *
   * @param file on the file system of the store; nobody writes to it any more
   */
  public Blob adopt(Path file, Digest digest) throws IOException {
    try (Fd fd = Fd.openRead(file.toString())) {
      fd.sync();
    }
    Path path = prepare(digest);
    Files.move(file, path, StandardCopyOption.ATOMIC_MOVE);
    NewFile.sync(blobs.resolve(digest.hex().substring(0, 2)));
    Stat stat = Inodes.lstat(path.toString());
    hashed(digest, stat);
    return new FileBlob(digest, stat.size(), path);
  }

  @Override
  public Draft draft() throws IOException {
    return new FileDraft(NewFile.in(fresh));
  }

  @Override
  public Ingest ingest(Digest expected, long size) throws IOException, InterruptedException {
    return FileIngest.open(this, ingests.resolve(expected.hex()), expected, size);
  }

  @Override
  public List<Use> uses() throws IOException {
    List<Use> uses = new ArrayList<>();
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(blobs)) {
      for (Path folder : folders) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
          for (Path file : files) {
            use(file).ifPresent(uses::add);
          }
        }
      }
    }
    uses.sort(Comparator.comparing(Use::lastUsed).thenComparing(Use::digest));
    return uses;
  }

  @Override
  public boolean remove(Digest digest, Instant unused) throws IOException {
    Path path = path(digest);
    return gate.removing(
        () -> {
          boolean goes = use(path).filter(use -> use.lastUsed().isBefore(unused)).isPresent();
          boolean went = goes && Files.deleteIfExists(path);
          if (went) {
            hashed.remove(digest);
          }
          return went;
        });
  }

  Path path(Digest digest) {
    return blobs.resolve(digest.hex().substring(0, 2)).resolve(digest.hex());
  }

  /** Gives a synced file the name of its digest. */
  Path prepare(Digest digest) throws IOException {
    Path path = path(digest);
    NewFile.makeFolder(blobs.resolve(digest.hex().substring(0, 2)));
    return path;
  }

  Blob blob(Digest digest) throws IOException {
    return find(digest)
        .orElseThrow(() -> new IOException("keep blob " + digest + ": removed at once by another"));
  }

  private static Optional<Use> use(Path file) throws IOException {
    try {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      return Optional.of(
          new Use(
              new Digest(String.valueOf(file.getFileName())),
              attributes.size(),
              attributes.lastModifiedTime().toInstant()));
    } catch (NoSuchFileException e) {
      return Optional.empty(); // removed meanwhile
    }
  }

  /** A file of the store. */
  private record FileBlob(Digest digest, long size, Path path) implements Blob {
    @Override
    public InputStream open() throws IOException {
      return Files.newInputStream(path);
    }
  }

  private final class FileDraft implements Draft {
    private final NewFile file;
    private final MessageDigest sha = Digest.sha256();
    private final OutputStream to;

    FileDraft(NewFile file) {
      this.file = file;
      this.to = file.out();
    }

    @Override
    public OutputStream out() {
      return new OutputStream() {
        @Override
        public void write(int b) throws IOException {
          write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
          sha.update(bytes, from, length);
          to.write(bytes, from, length);
        }
      };
    }

    @Override
    public Digest digest() {
      try {
        return Digest.of((MessageDigest) sha.clone());
      } catch (CloneNotSupportedException e) {
        throw new LinkageError("the platform's SHA-256 can be cloned", e);
      }
    }

    @Override
    public Blob commit() throws IOException {
      Digest digest = digest();
      file.rename(prepare(digest));
      return blob(digest);
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }
}
