package dev.larder.engine.archive;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Reads a stream ahead on another thread: decompression and hashing go on while the bytes before
 * are used. Closing it stops the other thread and then closes the stream.
 */
public final class ReadAhead extends InputStream {
  private static final int CHUNK = 1 << 18;
  private static final int CHUNKS = 4;

  /** Bytes that were read; one of negative length is the end. */
  private static final class Chunk {
    private final byte[] bytes = new byte[CHUNK];
    private int length;
    private @Nullable Throwable failure;
  }

  private final BlockingQueue<Chunk> full = new ArrayBlockingQueue<>(CHUNKS);
  private final BlockingQueue<Chunk> empty = new ArrayBlockingQueue<>(CHUNKS);
  private final InputStream from;
  private final Thread thread;
  private @Nullable Chunk current;
  private int at;

  public ReadAhead(InputStream from) {
    this.from = from;
    for (int i = 0; i < CHUNKS; i++) {
      empty.add(new Chunk());
    }
    thread = Thread.ofVirtual().name("read-ahead").start(this::readAll);
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] into, int offset, int count) throws IOException {
    if (count == 0) {
      return 0;
    }
    Chunk chunk = chunk();
    if (chunk.length < 0) {
      return -1;
    }
    int n = Math.min(count, chunk.length - at);
    System.arraycopy(chunk.bytes, at, into, offset, n);
    at += n;
    return n;
  }

  @Override
  public void close() throws IOException {
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    from.close();
  }

  /** The one that has bytes left, or the last one. */
  private Chunk chunk() throws IOException {
    Chunk chunk = current;
    try {
      if (chunk != null && (chunk.length < 0 || at < chunk.length)) {
        return chunk;
      }
      if (chunk != null) {
        empty.put(chunk);
      }
      chunk = full.take();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("read ahead: interrupted");
    }
    if (chunk.failure != null) {
      throw new IOException(chunk.failure.getMessage(), chunk.failure);
    }
    current = chunk;
    at = 0;
    return chunk;
  }

  private void readAll() {
    try {
      boolean more = true;
      while (more) {
        Chunk chunk = empty.take();
        try {
          int n = from.readNBytes(chunk.bytes, 0, CHUNK);
          chunk.length = n == 0 ? -1 : n;
        } catch (IOException | RuntimeException e) {
          chunk.length = -1;
          chunk.failure = e;
        }
        more = chunk.length > 0;
        full.put(chunk);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
