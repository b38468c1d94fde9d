package dev.larder.engine.linux;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * File names as texts, without loss: UTF-8, and each byte that is not part of valid UTF-8 as the
 * lone surrogate U+DC80…U+DCFF (as Python's "surrogateescape", PEP 383, does). {@link #encode}
 * inverts {@link #decode} on any bytes.
 */
public final class Names {
  private static final char ESCAPE = 0xDC00;

  private Names() {}

  /** The text of these bytes. */
  public static String decode(byte[] bytes) {
    return decode(bytes, 0, bytes.length);
  }

  /** The text of {@code length} bytes from {@code offset} on. */
  public static String decode(byte[] bytes, int offset, int length) {
    boolean ascii = true;
    for (int i = 0; i < length && ascii; i++) {
      ascii = bytes[offset + i] >= 0;
    }
    if (ascii) {
      return new String(bytes, offset, length, StandardCharsets.US_ASCII);
    }
    CharsetDecoder utf8 =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    ByteBuffer in = ByteBuffer.wrap(bytes, offset, length);
    CharBuffer out = CharBuffer.allocate(length);
    while (true) {
      CoderResult result = utf8.decode(in, out, true);
      if (!result.isError()) {
        return out.flip().toString();
      }
      // One byte at a time: what follows it may be the start of a valid sequence.
      out.put((char) (ESCAPE + (in.get() & 0xFF)));
      utf8.reset();
    }
  }

  /** The bytes of this text. */
  public static byte[] encode(String name) {
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    return hasEscape(name) ? encodeEscaped(name) : bytes;
  }

  /** Whether the name is valid UTF-8. */
  public static boolean isUtf8(String name) {
    return !hasEscape(name);
  }

  private static boolean hasEscape(String name) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (Character.isHighSurrogate(c)) {
        i++;
      } else if (Character.isLowSurrogate(c)) {
        return true;
      }
    }
    return false;
  }

  private static byte[] encodeEscaped(String name) {
    ByteBuffer out = ByteBuffer.allocate(name.length() * 3);
    int i = 0;
    while (i < name.length()) {
      char c = name.charAt(i);
      if (Character.isLowSurrogate(c)) {
        out.put((byte) (c - ESCAPE));
        i++;
        continue;
      }
      int end = i;
      while (end < name.length() && !Character.isLowSurrogate(name.charAt(end))) {
        end += Character.isHighSurrogate(name.charAt(end)) ? 2 : 1;
      }
      out.put(name.substring(i, Math.min(end, name.length())).getBytes(StandardCharsets.UTF_8));
      i = end;
    }
    byte[] bytes = new byte[out.position()];
    out.flip().get(bytes);
    return bytes;
  }
}
