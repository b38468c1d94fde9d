package dev.larder.engine.store;

import dev.larder.engine.digest.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
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
 * </pre>
 */
public final class FileBlobStore implements BlobStore {
  private final Path blobs;
  private final Path fresh;
  private final Path ingests;
  private final Gate gate;
  private final Clock clock;

  private FileBlobStore(Path root, Clock clock) {
    this.blobs = root.resolve("sha256");
    this.fresh = root.resolve("new");
    this.ingests = root.resolve("ingest");
    this.gate = new Gate(root.resolve("gate"));
    this.clock = clock;
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
          return goes && Files.deleteIfExists(path);
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
