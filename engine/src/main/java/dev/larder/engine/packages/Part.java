package dev.larder.engine.packages;

import dev.larder.engine.digest.Digest;
import dev.larder.engine.http.Fields;
import dev.larder.engine.httpcache.StoredResponse;
import dev.larder.engine.linux.Fd;
import dev.larder.engine.linux.Inodes;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A body on its way into the store. It has one writer, who holds its lock; any number may read what
 * is there. If it is closed before it is whole it is kept, where its answer can be continued.
 */
public final class Part implements AutoCloseable {
  private static final int OWNER_ONLY = 0600;

  /** Less is as well fetched again. */
  private static final long WORTH_KEEPING = 256 << 10;

  private final PackageStore store;
  private final Wanted wanted;
  private final Path path;
  private final Fd fd;
  private MessageDigest sha = Digest.sha256();
  private final byte[] beginning = new byte[PackageFiles.BEGINNING];
  private long size;
  private @Nullable Begun begun;
  private Optional<Inspection> inspection = Optional.empty();
  private boolean isNamed = true;
  private boolean isClosed;

  /**
   * The answer that a body belongs to.
   *
   * @param selecting the fields of the request that it varied by
   * @param response as if it had been answered in whole
   * @param kind how long it is good for, as far as its head tells
   */
  public record Begun(Fields selecting, StoredResponse response, Variant.Kind kind) {}

  private Part(PackageStore store, Wanted wanted, Path path, Fd fd) {
    this.store = store;
    this.wanted = wanted;
    this.path = path;
    this.fd = fd;
  }

  /** Locks the part of what is wanted; nothing if another has it, in this or another process. */
  static Optional<Part> open(PackageStore store, Wanted wanted, Path path) throws IOException {
    while (true) {
      int flags = Fd.READ_WRITE | Fd.CREATE | Fd.NOFOLLOW | Fd.APPEND;
      Fd fd = Fd.open(path.toString(), flags, OWNER_ONLY);
      if (!fd.tryLock(true)) {
        fd.close();
        return Optional.empty();
      }
      long inode = fd.stat().inode();
      if (Inodes.find(path.toString()).filter(stat -> stat.inode() == inode).isPresent()) {
        return Optional.of(new Part(store, wanted, path, fd));
      }
      fd.close(); // it became a body, or was dropped, before it was locked
    }
  }

  /** What is there of an earlier transfer that can be continued. */
  public Optional<Begun> earlier() throws IOException {
    long there = fd.stat().size();
    Optional<Variant> head = store.partHead(wanted);
    if (there == 0 || head.isEmpty() || head.get().response().validators().range().isEmpty()) {
      return Optional.empty();
    }
    hash();
    Variant variant = head.get();
    // One that was never closed is as the kernel has it, unless the machine went down meanwhile.
    boolean isSame = variant.size() == size && digest().equals(variant.body());
    if (!isSame && !variant.body().equals(store.boot())) {
      clear();
      return Optional.empty();
    }
    return Optional.of(new Begun(variant.selecting(), variant.response(), variant.kind()));
  }

  private void hash() throws IOException {
    byte[] buffer = new byte[1 << 16];
    for (int n = fd.read(buffer, 0, buffer.length); n > 0; n = fd.read(buffer, 0, buffer.length)) {
      hashed(buffer, n);
    }
  }

  private void hashed(byte[] bytes, int length) {
    if (size < beginning.length) {
      int more = (int) Math.min(length, beginning.length - size);
      System.arraycopy(bytes, 0, beginning, (int) size, more);
    }
    sha.update(bytes, 0, length);
    size += length;
  }

  private Digest digest() {
    try {
      return Digest.of((MessageDigest) sha.clone());
    } catch (CloneNotSupportedException e) {
      throw new LinkageError("the platform's SHA-256 can be cloned", e);
    }
  }

  private void clear() throws IOException {
    fd.truncate(0);
    sha = Digest.sha256();
    size = 0;
  }

  /** Starts an answer anew; what was there is dropped. */
  public void begin(Begun answer, long length) throws IOException {
    clear();
    begun = answer;
    boolean mayBeKept =
        answer.response().validators().range().isPresent()
            && (length < 0 || length >= WORTH_KEEPING);
    if (mayBeKept) {
      store.putPartHead(wanted, variant(answer, 0, store.boot()));
    } else {
      store.removePartHead(wanted);
    }
  }

  /** Lets the body be looked at while it is written, from its first byte. */
  public void inspect(Inspection by) {
    inspection = Optional.of(by);
  }

  /** Goes on with the answer of {@link #earlier}. */
  public void resume(Begun answer) {
    begun = answer;
  }

  private Variant variant(Begun answer, long bytes, Digest digest) {
    return new Variant(
        answer.kind(), wanted.scope(), answer.selecting(), answer.response(), digest, bytes);
  }

  /** Bytes that are there. */
  public long size() {
    return size;
  }

  /** Adds bytes at the end. For one thread. */
  public void append(byte[] bytes, int length) throws IOException {
    fd.write(bytes, 0, length);
    hashed(bytes, length);
    inspection.ifPresent(by -> by.saw(bytes, length));
  }

  /** Opens what is there to read, now and later, also once it has become a body. */
  public FileChannel read() throws IOException {
    return FileChannel.open(path, StandardOpenOption.READ);
  }

  /** Keeps the whole body with its answer, unless it is of no use to others. */
  public void commit() throws IOException {
    Begun answer = begun;
    if (answer == null) {
      throw new IllegalStateException("nothing was begun");
    }
    if (inspection.isPresent() && inspection.get().kind().isEmpty()) {
      drop();
      return;
    }
    Digest digest = digest();
    store.blobs().adopt(path, digest);
    isNamed = false;
    store.removePartHead(wanted);
    Variant.Kind kind =
        inspection.isPresent() ? inspection.get().kind().orElseThrow() : kind(answer, digest);
    store.keep(
        wanted, variant(new Begun(answer.selecting(), answer.response(), kind), size, digest));
  }

  private Variant.Kind kind(Begun answer, Digest digest) {
    byte[] first = Arrays.copyOf(beginning, (int) Math.min(size, beginning.length));
    boolean isPackage =
        answer.kind() == Variant.Kind.INDEX
            && answer.response().head().status() == 200
            && !wanted.isSigned()
            && !wanted.path().isEmpty()
            && PackageFiles.ecosystem(wanted.path(), first, digest).isPresent();
    return isPackage ? Variant.Kind.PACKAGE : answer.kind();
  }

  /** Drops what is there, for instance where the disk is full. */
  public void drop() throws IOException {
    if (isNamed) {
      Files.deleteIfExists(path);
      store.removePartHead(wanted);
      isNamed = false;
    }
  }

  /** Keeps what is there if it can be continued. */
  @Override
  public void close() throws IOException {
    if (isClosed) {
      return;
    }
    isClosed = true;
    try (fd) {
      if (!isNamed) {
        return;
      }
      Begun answer = begun;
      boolean isKept = size >= WORTH_KEEPING && store.partHead(wanted).isPresent();
      if (answer != null && isKept) {
        store.putPartHead(wanted, variant(answer, size, digest()));
      } else if (answer != null || size == 0) {
        drop();
      }
    }
  }
}
