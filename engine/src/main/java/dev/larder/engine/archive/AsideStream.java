package dev.larder.engine.archive;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Hands what is written to another thread, which writes it on: hashing and the disk go on while the
 * next bytes are made. Closing it waits for the other thread; the given stream stays open and is
 * the caller's.
 */
public final class AsideStream extends OutputStream {
  private static final int CHUNK = 1 << 18;
  private static final int CHUNKS = 4;

  /** Bytes on their way; one of no bytes is the last. */
  private static final class Chunk {
    private final byte[] bytes = new byte[CHUNK];
    private int length;
  }

  private final BlockingQueue<Chunk> full = new ArrayBlockingQueue<>(CHUNKS);
  private final BlockingQueue<Chunk> empty = new ArrayBlockingQueue<>(CHUNKS);
  private final Thread thread;
  private volatile @Nullable IOException failure;
  private Chunk current = new Chunk();
  private boolean closed;

  public AsideStream(OutputStream to) {
    for (int i = 1; i < CHUNKS; i++) {
      empty.add(new Chunk());
    }
    thread = Thread.ofVirtual().name("aside").start(() -> writeOn(to));
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] from, int offset, int count) throws IOException {
    int done = 0;
    while (done < count) {
      int n = Math.min(count - done, CHUNK - current.length);
      System.arraycopy(from, offset + done, current.bytes, current.length, n);
      current.length += n;
      done += n;
      if (current.length == CHUNK) {
        handOver();
      }
    }
  }

  /**
   * Waits until all is written.
   *
   * @throws IOException if the other thread could not write
   */
  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    try {
      if (current.length > 0) {
        handOver();
      }
      full.put(new Chunk());
      thread.join();
    } catch (InterruptedException e) {
      throw interrupted();
    }
    check();
  }

  private void handOver() throws IOException {
    check();
    try {
      full.put(current);
      current = empty.take();
      current.length = 0;
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  private void check() throws IOException {
    IOException problem = failure;
    if (problem != null) {
      throw new IOException(problem.getMessage(), problem);
    }
  }

  private InterruptedIOException interrupted() {
    thread.interrupt();
    Thread.currentThread().interrupt();
    return new InterruptedIOException("write aside: interrupted");
  }

  private void writeOn(OutputStream to) {
    try {
      for (Chunk chunk = full.take(); chunk.length > 0; chunk = full.take()) {
        if (failure == null) {
          try {
            to.write(chunk.bytes, 0, chunk.length);
          } catch (IOException e) {
            failure = e; // go on taking, so that the writer does not wait for ever
          }
        }
        empty.put(chunk);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
