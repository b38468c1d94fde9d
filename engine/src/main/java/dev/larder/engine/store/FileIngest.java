package dev.larder.engine.store;

import dev.larder.engine.digest.Digest;
import dev.larder.engine.linux.Fd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/**
 * A download in a partial file of the digest's name. Its holder has the file locked; a waiter that
 * gets the lock of a file which lost its name meanwhile (it became the blob, or was wrong) starts
 * over.
 */
final class FileIngest implements BlobStore.Ingest {
  private static final int OWNER_ONLY = 0600;
  private static final long POLL_MILLIS = 20; // flock would block the carrier of a virtual thread

  private final FileBlobStore store;
  private final Path path;
  private final Digest expected;
  private final long size;
  private final Fd fd;
  private MessageDigest sha = Digest.sha256();
  private long offset;
  private boolean closed;
  private BlobStore.@Nullable Blob done;

  private FileIngest(FileBlobStore store, Path path, Digest expected, long size, Fd fd) {
    this.store = store;
    this.path = path;
    this.expected = expected;
    this.size = size;
    this.fd = fd;
  }

  static FileIngest open(FileBlobStore store, Path path, Digest expected, long size)
      throws IOException, InterruptedException {
    FileIngest ingest = new FileIngest(store, path, expected, size, lock(path));
    try {
      ingest.readOn();
      return ingest;
    } catch (IOException e) {
      ingest.fd.close();
      throw e;
    }
  }

  @Override
  public long offset() {
    return offset;
  }

  @Override
  public void append(byte[] bytes, int from, int length) throws IOException {
    if (length > size - offset) {
      drop();
      throw new IOException(
          "write blob " + expected + ": more than the " + size + " bytes it should have");
    }
    fd.write(bytes, from, length);
    sha.update(bytes, from, length);
    offset += length;
  }

  @Override
  public void restart() throws IOException {
    if (done == null) {
      drop();
    }
  }

  @Override
  public BlobStore.Blob commit() throws IOException {
    if (done != null) {
      return done;
    }
    if (offset < size) {
      throw new IOException(
          "keep blob " + expected + ": " + offset + " bytes of " + size + " are there");
    }
    Digest found = Digest.of(sha);
    if (!found.equals(expected)) {
      drop();
      Files.deleteIfExists(path);
      throw new DigestMismatchException(expected, found);
    }
    fd.sync();
    Path name = store.prepare(expected);
    Files.move(path, name, StandardCopyOption.ATOMIC_MOVE);
    Path folder = name.getParent();
    if (folder != null) {
      NewFile.sync(folder);
    }
    done = store.blob(expected);
    return done;
  }

  /** Keeps what is there; an empty file is nothing to keep. */
  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    try {
      if ((done != null || offset == 0) && NewFile.isNamed(fd, path)) {
        Files.deleteIfExists(path);
      }
    } finally {
      fd.close();
    }
  }

  private static Fd lock(Path path) throws IOException, InterruptedException {
    while (true) {
      Fd fd =
          Fd.open(path.toString(), Fd.READ_WRITE | Fd.CREATE | Fd.NOFOLLOW | Fd.APPEND, OWNER_ONLY);
      if (fd.tryLock(true)) {
        if (NewFile.isNamed(fd, path)) {
          return fd;
        }
        fd.close();
      } else {
        fd.close();
        Thread.sleep(POLL_MILLIS);
      }
    }
  }

  /** Takes up what is there. */
  private void readOn() throws IOException {
    done = store.find(expected).orElse(null);
    if (done != null) {
      offset = size;
      return;
    }
    byte[] buffer = new byte[1 << 16];
    for (int n = fd.read(buffer, 0, buffer.length); n > 0; n = fd.read(buffer, 0, buffer.length)) {
      sha.update(buffer, 0, n);
      offset += n;
    }
    if (offset > size) {
      drop();
    }
  }

  private void drop() throws IOException {
    fd.truncate(0);
    sha = Digest.sha256();
    offset = 0;
  }
}
