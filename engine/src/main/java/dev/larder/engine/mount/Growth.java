package dev.larder.engine.mount;

import java.util.Locale;

/**
 * What a step did to the size of a cache mount.
 *
 * @param target where the step saw it
 * @param before bytes before the step
 * @param after bytes after it
 */
public record Growth(String target, long before, long after) {
  private static final long UNIT = 1000;

  /** For people: {@code cache mount /root/.m2: 287 MB, +5.2 MB}. */
  @Override
  public String toString() {
    String sign = after >= before ? "+" : "-";
    return "cache mount "
        + target
        + ": "
        + text(after)
        + ", "
        + sign
        + text(Math.abs(after - before));
  }

  private static String text(long bytes) {
    if (bytes < UNIT) {
      return bytes + " B";
    }
    double value = bytes;
    int unit = -1;
    while (value >= 999.5 && unit < 3) {
      value /= UNIT;
      unit++;
    }
    return String.format(
        Locale.ROOT, value < 9.95 ? "%.1f %cB" : "%.0f %cB", value, "kMGT".charAt(unit));
  }
}
