package dev.larder.engine.store;

import dev.larder.engine.digest.Digest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Bytes by their digest. A blob is whole or absent, whatever crashes; it never changes. Threads and
 * processes may share a store.
 */
public interface BlobStore {
  /** A blob that was there when it was asked for. */
  interface Blob {
    Digest digest();

    /** In bytes. */
    long size();

    /** Reads it from its first byte; the caller closes the stream. */
    InputStream open() throws IOException;
  }

  /** A blob being written whose digest is known at the end. Closing without commit discards it. */
  interface Draft extends AutoCloseable {
    /** Where the bytes go; closing it does nothing. */
    OutputStream out();

    /** The digest of what was written so far. */
    Digest digest();

    /** Keeps what was written. */
    Blob commit() throws IOException;

    @Override
    void close() throws IOException;
  }

  /**
   * A download of a known blob. What was appended is kept when it is closed without commit, so that
   * whoever asks for the same blob next, in this or another process, goes on there. One holder at a
   * time.
   */
  interface Ingest extends AutoCloseable {
    /** How many bytes are there; the whole size if another finished the blob meanwhile. */
    long offset();

    /**
     * Adds bytes at the end.
     *
     * @throws IOException if they are more than the size; what was there is dropped
     */
    void append(byte[] bytes, int from, int length) throws IOException;

    /** Drops what is there: the offset is 0 again. */
    void restart() throws IOException;

    /**
     * Keeps the blob.
     *
     * @throws DigestMismatchException if it is not the one expected; nothing is kept
     * @throws IOException if it is shorter than the size; what is there is kept
     */
    Blob commit() throws IOException;

    @Override
    void close() throws IOException;
  }

  /** A blob and when it was last found or put, for choosing what to remove. */
  record Use(Digest digest, long size, Instant lastUsed) {}

  /** Finds a blob and marks it as used now. */
  Optional<Blob> find(Digest digest) throws IOException;

  /** Starts a blob. */
  Draft draft() throws IOException;

  /**
   * Starts or goes on with the download of a blob, and waits while another holds it.
   *
   * @param size in bytes
   */
  Ingest ingest(Digest expected, long size) throws IOException, InterruptedException;

  /** All blobs, the least recently used first. */
  List<Use> uses() throws IOException;

  /**
   * Removes a blob; whoever has it open reads on.
   *
   * @param unused it stays if it was found or put at this time or later
   * @return whether it was removed
   */
  boolean remove(Digest digest, Instant unused) throws IOException;

  /**
   * Removes a blob whenever it was used.
   *
   * @return whether there was one
   */
  default boolean remove(Digest digest) throws IOException {
    return remove(digest, Instant.MAX);
  }

  /** Keeps the bytes of a stream, read to its end; the caller closes it. */
  default Blob put(InputStream bytes) throws IOException {
    try (Draft draft = draft()) {
      copy(bytes, draft.out());
      return draft.commit();
    }
  }

  /** Keeps these bytes. */
  default Blob put(byte[] bytes) throws IOException {
    return put(new ByteArrayInputStream(bytes));
  }

  /**
   * Keeps the bytes of a stream if they are what is expected.
   *
   * @throws DigestMismatchException if they are not; nothing is kept
   */
  default Blob put(Digest expected, InputStream bytes) throws IOException {
    try (Draft draft = draft()) {
      copy(bytes, draft.out());
      if (!draft.digest().equals(expected)) {
        throw new DigestMismatchException(expected, draft.digest());
      }
      return draft.commit();
    }
  }

  private static void copy(InputStream from, OutputStream to) throws IOException {
    byte[] buffer = new byte[1 << 16];
    for (int n = from.read(buffer); n >= 0; n = from.read(buffer)) {
      if (Thread.currentThread().isInterrupted()) {
        throw new InterruptedIOException("write a blob: interrupted");
      }
      to.write(buffer, 0, n);
    }
  }
}
