package dev.larder.engine.trust;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;

/**
 * Looks for several byte strings at once in files, reading each once.
 *
 * <p>After Wu and Manber: a table says for each two bytes how far to the right the window of 16
 * bytes can move, which is 15 almost everywhere, so that a large layer is read about as fast as the
 * page cache gives it. Used by one thread.
 */
final class Needles {
  private static final int WINDOW = 16;
  private static final int BUFFER = 1 << 18;

  private final List<byte[]> needles;
  private final byte[] shift = new byte[1 << 16];
  private final int longest;
  private final byte[] buffer = new byte[BUFFER];

  /** Each must be at least 16 bytes. */
  Needles(List<byte[]> needles) {
    this.needles = List.copyOf(needles);
    this.longest = needles.stream().mapToInt(n -> n.length).max().orElse(WINDOW);
    Arrays.fill(shift, (byte) (WINDOW - 1));
    for (byte[] needle : needles) {
      if (needle.length < WINDOW) {
        throw new IllegalArgumentException("a needle of " + needle.length + " bytes");
      }
      for (int i = 0; i + 1 < WINDOW; i++) {
        int pair = pair(needle[i], needle[i + 1]);
        shift[pair] = (byte) Math.min(shift[pair], WINDOW - 2 - i);
      }
    }
  }

  /**
   * Whether any of them is in the stream, which is read to its end or to the first that is found.
   */
  boolean anyIn(InputStream in) throws IOException {
    int filled = 0;
    int n = in.read(buffer, 0, buffer.length);
    while (n > 0) {
      filled += n;
      if (filled == buffer.length) {
        if (anyIn(buffer, filled)) {
          return true;
        }
        int keep = longest - 1;
        System.arraycopy(buffer, filled - keep, buffer, 0, keep);
        filled = keep;
      }
      n = in.read(buffer, filled, buffer.length - filled);
    }
    return anyIn(buffer, filled);
  }

  /** Whether any of them is in these bytes. */
  boolean anyIn(byte[] text, int length) {
    int at = WINDOW - 1;
    while (at < length) {
      int move = shift[pair(text[at - 1], text[at])];
      if (move > 0) {
        at += move;
        continue;
      }
      for (byte[] needle : needles) {
        int start = at - WINDOW + 1;
        if (start + needle.length <= length
            && Arrays.equals(text, start, start + needle.length, needle, 0, needle.length)) {
          return true;
        }
      }
      at++;
    }
    return false;
  }

  private static int pair(byte a, byte b) {
    return (a & 0xFF) << 8 | (b & 0xFF);
  }
}
