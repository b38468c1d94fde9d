package dev.larder.engine.archive;

import com.github.luben.zstd.ZstdInputStream;
import com.github.luben.zstd.ZstdOutputStream;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.HexFormat;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.tukaani.xz.XZInputStream;

/** How the bytes of an archive are packed. */
public enum Compression {
  NONE(""),
  /** RFC 1952; several members after each other are one stream. */
  GZIP("1f8b08"),
  /** RFC 8878; several frames after each other are one stream. */
  ZSTD("28b52ffd"),
  BZIP2("425a68"),
  XZ("fd377a585a00");

  /** How many bytes {@link #detect} wants to see. */
  public static final int MAGIC_BYTES = 6;

  private static final int BUFFER = 1 << 16;

  private final String magic;

  Compression(String magic) {
    this.magic = magic;
  }

  /** Tells by the first bytes; {@link #NONE} is whatever is no other. */
  public static Compression detect(byte[] head) {
    String hex = HexFormat.of().formatHex(head, 0, Math.min(head.length, MAGIC_BYTES));
    for (Compression one : values()) {
      if (one != NONE && hex.startsWith(one.magic)) {
        return one;
      }
    }
    return NONE;
  }

  /** The unpacked bytes of a stream of whatever kind. Closing it closes the given one. */
  public static InputStream open(InputStream in) throws IOException {
    InputStream buffered = new Buffered(in);
    buffered.mark(MAGIC_BYTES);
    byte[] head = buffered.readNBytes(MAGIC_BYTES);
    buffered.reset();
    return detect(head).unpacked(buffered);
  }

  /** The unpacked bytes of a stream of this kind. Closing it closes the given one. */
  public InputStream decompress(InputStream in) throws IOException {
    return this == NONE ? in : unpacked(new Buffered(in));
  }

  private InputStream unpacked(InputStream in) throws IOException {
    return switch (this) {
      case NONE -> in;
      case GZIP -> new GZIPInputStream(in, BUFFER);
      case ZSTD -> new ZstdInputStream(in);
      case BZIP2 -> new BZip2CompressorInputStream(in, true);
      case XZ -> new XZInputStream(in);
    };
  }

  /**
   * Packs what is written; the same bytes become the same bytes on the same machine, but another
   * version of a library may pack them otherwise. Closing it ends the packing and closes the given
   * stream.
   *
   * @throws IllegalArgumentException for bzip2 and xz, which no registry knows
   */
  public OutputStream compress(OutputStream out) throws IOException {
    return switch (this) {
      case NONE -> out;
      case GZIP -> new GzipStream(out);
      case ZSTD -> new ZstdOutputStream(out);
      case BZIP2, XZ -> throw new IllegalArgumentException("layers are not packed by " + this);
    };
  }

  /**
   * Says truly whether there is more: the JDK's gzip looks for a further member only if {@code
   * available} says so.
   */
  private static final class Buffered extends BufferedInputStream {
    Buffered(InputStream in) {
      super(in, BUFFER);
    }

    @Override
    public synchronized int available() throws IOException {
      int known = super.available();
      if (known > 0) {
        return known;
      }
      mark(1);
      boolean more = read() >= 0;
      reset();
      return more ? 1 : 0;
    }
  }
}
