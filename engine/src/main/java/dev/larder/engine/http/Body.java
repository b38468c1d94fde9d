package dev.larder.engine.http;

import java.io.IOException;
import java.io.InputStream;

/**
 * The body of a message: ends where the message ends, and throws {@link TruncatedException} where
 * the connection ends before. Closing it does nothing.
 */
public abstract sealed class Body extends InputStream {
  private Body() {}

  /** Whether it was read to its end. */
  public abstract boolean isAtEnd();

  /** The trailer fields, once it was read to its end. */
  public Fields trailers() {
    return Fields.NONE;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public abstract int read(byte[] into, int offset, int size) throws IOException;

  /** A body of a known length. */
  static final class Sized extends Body {
    private final MessageReader from;
    private final long length;
    private long left;

    Sized(MessageReader from, long length) {
      this.from = from;
      this.length = length;
      this.left = length;
    }

    @Override
    public int read(byte[] into, int offset, int size) throws IOException {
      if (left == 0) {
        return -1;
      }
      int n = from.read(into, offset, (int) Math.min(size, left));
      if (n < 0) {
        throw new TruncatedException(
            "connection closed after " + (length - left) + " of " + length + " bytes");
      }
      left -= n;
      return n;
    }

    @Override
    public boolean isAtEnd() {
      return left == 0;
    }
  }

  /** What comes until the connection ends. */
  static final class Rest extends Body {
    private final MessageReader from;
    private boolean ended;

    Rest(MessageReader from) {
      this.from = from;
    }

    @Override
    public int read(byte[] into, int offset, int size) throws IOException {
      int n = from.read(into, offset, size);
      ended |= n < 0;
      return n;
    }

    @Override
    public boolean isAtEnd() {
      return ended;
    }
  }

  /** Chunks (RFC 9112 §7.1). Extensions are dropped, as any recipient may. */
  static final class Chunks extends Body {
    private static final int MAX_DIGITS = 15;

    private final MessageReader from;
    private long left;
    private boolean started;
    private boolean ended;
    private Fields trailers = Fields.NONE;

    Chunks(MessageReader from) {
      this.from = from;
    }

    @Override
    public int read(byte[] into, int offset, int size) throws IOException {
      if (size == 0) {
        return 0;
      }
      if (left == 0 && !ended) {
        nextChunk();
      }
      if (ended) {
        return -1;
      }
      int n = from.read(into, offset, (int) Math.min(size, left));
      if (n < 0) {
        throw new TruncatedException("connection closed within a chunk");
      }
      left -= n;
      return n;
    }

    private void nextChunk() throws IOException {
      if (started && !from.chunkLine().isEmpty()) {
        throw new BadMessageException(400, "chunk longer than its length");
      }
      started = true;
      left = length(from.chunkLine());
      if (left == 0) {
        trailers = from.trailers();
        ended = true;
      }
    }

    private static long length(String line) throws BadMessageException {
      int semicolon = line.indexOf(';');
      String digits = Syntax.trim(semicolon < 0 ? line : line.substring(0, semicolon));
      boolean hex = !digits.isEmpty() && digits.length() <= MAX_DIGITS;
      for (int i = 0; hex && i < digits.length(); i++) {
        hex = Character.digit(digits.charAt(i), 16) >= 0 && digits.charAt(i) < 0x7f;
      }
      if (!hex) {
        throw new BadMessageException(400, "not the length of a chunk");
      }
      return Long.parseLong(digits, 16);
    }

    @Override
    public boolean isAtEnd() {
      return ended;
    }

    @Override
    public Fields trailers() {
      return trailers;
    }
  }
}
