package dev.larder.engine.http;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Writes the body of a message. Only {@link #end} ends it: one that was given up is cut, so that
 * its reader does not take it for whole once the connection is closed.
 */
public abstract sealed class BodyWriter {
  private BodyWriter() {}

  /** Writes a part. */
  public abstract void write(byte[] bytes, int from, int length) throws IOException;

  /**
   * Ends it.
   *
   * @param trailers are left out where the framing has no place for them
   * @throws IOException also if there were fewer bytes than the head says
   */
  public abstract void end(Fields trailers) throws IOException;

  /** A body of a known length, or one that the connection ends. */
  static final class Plain extends BodyWriter {
    private final OutputStream out;
    private final boolean sized;
    private long left;

    /**
     * Creates one.
     *
     * @param length -1 for one that the connection ends
     */
    Plain(OutputStream out, long length) {
      this.out = out;
      this.sized = length >= 0;
      this.left = length;
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      if (sized && length > left) {
        throw new IOException("body longer than its head says");
      }
      left -= length;
      out.write(bytes, from, length);
    }

    @Override
    public void end(Fields trailers) throws IOException {
      if (sized && left > 0) {
        throw new IOException("body " + left + " bytes shorter than its head says");
      }
      out.flush();
    }
  }

  /** A body in chunks; each write is one. */
  static final class Chunked extends BodyWriter {
    private static final byte[] NEWLINE = {'\r', '\n'};
    private static final int AROUND = 20;

    private final OutputStream out;
    private byte[] chunk = new byte[0];

    Chunked(OutputStream out) {
      this.out = out;
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      if (length == 0) { // would be the last chunk
        return;
      }
      // One write a chunk: each is a packet, and a record of TLS.
      byte[] head = (Integer.toHexString(length) + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
      if (chunk.length < length + AROUND) {
        chunk = new byte[length + AROUND];
      }
      System.arraycopy(head, 0, chunk, 0, head.length);
      System.arraycopy(bytes, from, chunk, head.length, length);
      System.arraycopy(NEWLINE, 0, chunk, head.length + length, NEWLINE.length);
      out.write(chunk, 0, head.length + length + NEWLINE.length);
    }

    @Override
    public void end(Fields trailers) throws IOException {
      out.write(MessageWriter.trailers(trailers));
      out.flush();
    }
  }
}
