package dev.larder.engine.trust;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** Values in the distinguished encoding of ASN.1 (X.690), as far as certificates need them. */
final class Der {
  static final int SEQUENCE = 0x30;
  static final int SET = 0x31;
  static final int OCTET_STRING = 4;

  private static final int BOOLEAN = 1;
  private static final int INTEGER = 2;
  private static final int BIT_STRING = 3;
  private static final int OBJECT_IDENTIFIER = 6;
  private static final int UTF8_STRING = 12;
  private static final int UTC_TIME = 23;
  private static final int GENERALIZED_TIME = 24;

  /** Of a value that the type's tag takes the place of, and of one that it stands around. */
  private static final int IMPLICIT = 0x80;

  private static final int EXPLICIT = 0xA0;

  private Der() {}

  /** A tag, the length of the parts, and the parts. */
  static byte[] of(int tag, byte[]... parts) {
    int length = 0;
    for (byte[] part : parts) {
      length += part.length;
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream(length + 6);
    out.write(tag);
    if (length < 0x80) {
      out.write(length);
    } else {
      int bytes = (39 - Integer.numberOfLeadingZeros(length)) / 8;
      out.write(0x80 | bytes);
      for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
        out.write(length >>> shift);
      }
    }
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  static byte[] sequence(byte[]... parts) {
    return of(SEQUENCE, parts);
  }

  static byte[] integer(BigInteger value) {
    return of(INTEGER, value.toByteArray());
  }

  /** Only this one is written; the other is the default wherever a certificate has one. */
  static byte[] isTrue() {
    return of(BOOLEAN, new byte[] {(byte) 0xFF});
  }

  static byte[] utf8(String text) {
    return of(UTF8_STRING, text.getBytes(StandardCharsets.UTF_8));
  }

  /** Whole bytes. */
  static byte[] bits(byte[] bytes) {
    return of(BIT_STRING, new byte[] {0}, bytes);
  }

  /** The leftmost bits of one byte; zeros at the end are not written (X.690 §11.2). */
  static byte[] flags(int bits) {
    return of(
        BIT_STRING, new byte[] {(byte) Integer.numberOfTrailingZeros(bits | 0x80), (byte) bits});
  }

  static byte[] implicit(int number, byte[] content) {
    return of(IMPLICIT | number, content);
  }

  static byte[] explicit(int number, byte[] value) {
    return of(EXPLICIT | number, value);
  }

  /** Numbers between dots. */
  static byte[] identifier(String dotted) {
    String[] parts = dotted.split("\\.");
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(Integer.parseInt(parts[0]) * 40 + Integer.parseInt(parts[1]));
    for (int i = 2; i < parts.length; i++) {
      int number = Integer.parseInt(parts[i]);
      int bits = Math.max(1, 32 - Integer.numberOfLeadingZeros(number));
      for (int shift = (bits - 1) / 7 * 7; shift >= 0; shift -= 7) {
        out.write((shift > 0 ? 0x80 : 0) | (number >>> shift & 0x7F));
      }
    }
    return of(OBJECT_IDENTIFIER, out.toByteArray());
  }

  /** To the second; the form depends on the year (RFC 5280 §4.1.2.5). */
  static byte[] time(Instant time) {
    boolean isShort = time.atOffset(ZoneOffset.UTC).getYear() < 2050;
    String pattern = isShort ? "yyMMddHHmmss'Z'" : "yyyyMMddHHmmss'Z'";
    String text = DateTimeFormatter.ofPattern(pattern).format(time.atOffset(ZoneOffset.UTC));
    return of(isShort ? UTC_TIME : GENERALIZED_TIME, text.getBytes(StandardCharsets.US_ASCII));
  }
}
