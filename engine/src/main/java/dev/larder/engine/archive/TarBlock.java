package dev.larder.engine.archive;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Where the fields of a header are: POSIX.1-2024, pax, "ustar Interchange Format". */
final class TarBlock {
  static final int SIZE = 512;

  /** A part of a header. */
  record Field(int offset, int length) {
    int end() {
      return offset + length;
    }
  }

  static final Field NAME = new Field(0, 100);
  static final Field MODE = new Field(100, 8);
  static final Field UID = new Field(108, 8);
  static final Field GID = new Field(116, 8);
  static final Field BYTES = new Field(124, 12);
  static final Field MTIME = new Field(136, 12);
  static final Field CHECKSUM = new Field(148, 8);
  static final int TYPE = 156;
  static final Field LINK = new Field(157, 100);
  static final Field MAGIC = new Field(257, 8);
  static final Field MAJOR = new Field(329, 8);
  static final Field MINOR = new Field(337, 8);
  static final Field PREFIX = new Field(345, 155);

  /** The prefix of the "star" dialect, which has times behind it. */
  static final Field STAR_PREFIX = new Field(345, 131);

  static final Field STAR_TRAILER = new Field(508, 4);

  static final byte[] USTAR = "ustar\00000".getBytes(StandardCharsets.US_ASCII);
  static final byte[] GNU = "ustar  \0".getBytes(StandardCharsets.US_ASCII);
  static final byte[] STAR = "tar\0".getBytes(StandardCharsets.US_ASCII);

  private TarBlock() {}

  static boolean has(byte[] block, Field field, byte[] value) {
    return Arrays.equals(block, field.offset(), field.end(), value, 0, value.length);
  }

  /** The sum of the bytes with the checksum's own field taken as spaces. */
  static int checksum(byte[] block, boolean signed) {
    int sum = 0;
    for (int i = 0; i < SIZE; i++) {
      boolean own = i >= CHECKSUM.offset() && i < CHECKSUM.end();
      int value = own ? ' ' : block[i];
      sum += signed ? value : value & 0xFF;
    }
    return sum;
  }

  /** How many bytes are missing to a whole block. */
  static int padding(long size) {
    return (int) (-size & (SIZE - 1));
  }

  static boolean fitsOctal(Field field, long value) {
    return value >= 0 && value < 1L << ((field.length() - 1) * 3);
  }
}
