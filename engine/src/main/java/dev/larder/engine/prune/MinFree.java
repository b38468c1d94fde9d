package dev.larder.engine.prune;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How much of the disk is to be free after a build. Below it, room is made until half as much again
 * is free, so that not every build has to.
 *
 * @param bytes 0 is never to make room
 */
public record MinFree(long bytes) {
  /** The variable that says it. */
  public static final String VARIABLE = "LARDER_MIN_FREE";

  private static final Pattern SHARE = Pattern.compile("(\\d{1,2})%");
  private static final Pattern SIZE = Pattern.compile("(?i)(\\d{1,12})([kmgt]?)i?b?");
  private static final long MOST = 20_000_000_000L;

  /** A tenth of the disk, or 20 GB if that is less. */
  public static MinFree usual(long disk) {
    return new MinFree(Math.min(disk / 10, MOST));
  }

  /**
   * Reads {@code 15GB}, {@code 5%} or {@code 0}.
   *
   * @param disk its size in bytes
   * @throws IllegalArgumentException if it is something else; the message says so
   */
  public static MinFree parse(String text, long disk) {
    Matcher share = SHARE.matcher(text);
    if (share.matches()) {
      return new MinFree(disk / 100 * Long.parseLong(share.group(1)));
    }
    Matcher size = SIZE.matcher(text);
    if (!size.matches()) {
      throw new IllegalArgumentException(
          VARIABLE + "=" + text + ": expected a size such as 15GB, a share such as 5%, or 0");
    }
    int power = "kmgt".indexOf(size.group(2).toLowerCase(java.util.Locale.ROOT)) + 1;
    long unit = 1L << (10 * (size.group(2).isEmpty() ? 0 : power));
    return new MinFree(Math.multiplyExact(Long.parseLong(size.group(1)), unit));
  }

  /** Whether too little is free. */
  public boolean isMissed(long free) {
    return free < bytes;
  }

  /** How much is to be free once room was made. */
  public long goal() {
    return bytes + bytes / 2;
  }
}
