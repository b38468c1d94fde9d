package dev.larder.engine.packages;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A request for objects in git's smart protocol and its answer (gitprotocol-http, gitprotocol-v2).
 * The objects of a commit never change, so what was sent for a request is good for the next one;
 * unless it asks by what may move: by the name of a branch, or by what a branch holds.
 */
public final class GitExchange implements Inspection {
  private static final int LENGTH_DIGITS = 4;
  private static final int DATA = 1;
  private static final int ERROR = 3;
  private static final int NO_LENGTH = 3; // 1 and 2 are marks

  private final boolean isByName;
  private final byte[] start = new byte[LENGTH_DIGITS];
  private int digits;
  private int left;
  private int seen;
  private boolean isFlushed;
  private boolean isBroken;
  private boolean hasObjects;

  private GitExchange(boolean isByName) {
    this.isByName = isByName;
  }

  /**
   * Begins with a request.
   *
   * @param body of it, not compressed, as it is where it asks for little
   */
  public static GitExchange of(byte[] body) {
    String text = new String(body, StandardCharsets.ISO_8859_1);
    boolean isFetch = text.contains("want ") && !text.contains("command=ls-refs");
    boolean isByName =
        !isFetch
            || text.contains("want-ref ")
            || text.contains("deepen-not ")
            || text.contains("deepen-since ");
    return new GitExchange(isByName);
  }

  /** Reads packets: four digits of length, themselves included, then as much. */
  @Override
  public void saw(byte[] bytes, int length) {
    int at = 0;
    while (at < length && !isBroken) {
      if (left == 0) {
        start[digits++] = bytes[at++];
        if (digits == LENGTH_DIGITS) {
          digits = 0;
          begin();
        }
      } else {
        int n = Math.min(left, length - at);
        for (int i = 0; i < n && seen < LENGTH_DIGITS; i++) {
          start[seen++] = bytes[at + i];
          judge();
        }
        left -= n;
        at += n;
      }
    }
  }

  private void begin() {
    int size;
    try {
      size = Integer.parseInt(new String(start, StandardCharsets.ISO_8859_1), 16);
    } catch (NumberFormatException e) {
      isBroken = true;
      return;
    }
    isFlushed = size == 0;
    isBroken = size < 0 || size == NO_LENGTH;
    left = Math.max(0, size - LENGTH_DIGITS);
    seen = 0;
  }

  /** By the first bytes of a packet: the band that it is of, or a line of text. */
  private void judge() {
    if (seen == 1) {
      hasObjects |= start[0] == DATA;
      isBroken |= start[0] == ERROR;
    }
    isBroken |=
        seen == LENGTH_DIGITS && new String(start, StandardCharsets.ISO_8859_1).equals("ERR ");
  }

  @Override
  public Optional<Variant.Kind> kind() {
    boolean isWhole = isFlushed && !isBroken && left == 0 && digits == 0;
    if (!isWhole) {
      return Optional.empty();
    }
    return Optional.of(hasObjects && !isByName ? Variant.Kind.PACKAGE : Variant.Kind.OFFLINE_ONLY);
  }
}
