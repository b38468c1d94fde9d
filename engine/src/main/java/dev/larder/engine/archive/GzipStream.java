package dev.larder.engine.archive;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * Gzip (RFC 1952) on all processors: blocks are deflated side by side, each with the end of the one
 * before as its dictionary, and joined to one member. The bytes do not depend on how many
 * processors there are.
 */
final class GzipStream extends OutputStream {
  private static final int BLOCK = 1 << 19;
  private static final int DICTIONARY = 1 << 15;

  /** No name, no time, unknown system. */
  private static final byte[] HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 255};

  private final OutputStream out;
  private final CRC32 crc = new CRC32();
  private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
  private final ArrayDeque<Future<byte[]>> running = new ArrayDeque<>();
  private final int atOnce = Runtime.getRuntime().availableProcessors() + 1;
  private byte[] block = new byte[BLOCK];
  private byte[] dictionary = {};
  private int filled;
  private long length;
  private boolean closed;

  GzipStream(OutputStream out) throws IOException {
    this.out = out;
    out.write(HEADER);
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int count) throws IOException {
    int done = 0;
    while (done < count) {
      if (filled == BLOCK) {
        submit(false);
      }
      int n = Math.min(count - done, BLOCK - filled);
      System.arraycopy(bytes, offset + done, block, filled, n);
      filled += n;
      done += n;
    }
    crc.update(bytes, offset, count);
    length += count;
  }

  private void submit(boolean last) throws IOException {
    byte[] input = block;
    int size = filled;
    byte[] before = dictionary;
    running.add(workers.submit(() -> deflate(input, size, before, last)));
    dictionary = Arrays.copyOfRange(input, Math.max(0, size - DICTIONARY), size);
    block = last ? new byte[0] : new byte[BLOCK];
    filled = 0;
    if (running.size() >= atOnce) {
      writeFirst();
    }
  }

  private void writeFirst() throws IOException {
    try {
      out.write(running.remove().get());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("compress: interrupted");
    } catch (ExecutionException e) {
      throw new IOException("compress: " + e.getCause(), e);
    }
  }

  private static byte[] deflate(byte[] input, int size, byte[] dictionary, boolean last) {
    try (Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true)) {
      if (dictionary.length > 0) {
        deflater.setDictionary(dictionary);
      }
      deflater.setInput(input, 0, size);
      if (last) {
        deflater.finish();
      }
      byte[] packed = new byte[size / 2 + 64];
      int n = 0;
      while (true) {
        int flush = last ? Deflater.NO_FLUSH : Deflater.SYNC_FLUSH;
        n += deflater.deflate(packed, n, packed.length - n, flush);
        if (n < packed.length) {
          return Arrays.copyOf(packed, n);
        }
        packed = Arrays.copyOf(packed, packed.length * 2);
      }
    }
  }

  @Override
  public void flush() throws IOException {
    out.flush();
  }

  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    try (out) {
      submit(true);
      while (!running.isEmpty()) {
        writeFirst();
      }
      long sum = crc.getValue();
      byte[] trailer = new byte[8];
      for (int i = 0; i < 4; i++) {
        trailer[i] = (byte) (sum >>> (8 * i));
        trailer[4 + i] = (byte) (length >>> (8 * i));
      }
      out.write(trailer);
      out.flush();
    } finally {
      workers.shutdownNow();
    }
  }
}
