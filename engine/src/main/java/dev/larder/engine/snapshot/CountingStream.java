package dev.larder.engine.snapshot;

import java.io.OutputStream;

/** Counts bytes and forgets them. */
final class CountingStream extends OutputStream {
  private long bytes;

  long bytes() {
    return bytes;
  }

  @Override
  public void write(int b) {
    bytes++;
  }

  @Override
  public void write(byte[] from, int offset, int length) {
    bytes += length;
  }
}
