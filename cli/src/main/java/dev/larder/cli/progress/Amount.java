package dev.larder.cli.progress;

import java.time.Duration;
import java.util.Locale;

/** Bytes and times in the shapes that Docker has made familiar. */
public final class Amount {
  private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};

  private Amount() {}

  /** {@code 128B}, {@code 2.10kB}, {@code 3.41MB}. */
  public static String tight(long bytes) {
    if (bytes < 1000) {
      return bytes + "B";
    }
    double value = bytes;
    int unit = 0;
    while (value >= 999.995 && unit < UNITS.length - 1) {
      value /= 1000;
      unit++;
    }
    return String.format(Locale.ROOT, "%.2f%s", value, UNITS[unit]);
  }

  /** {@code 0 B}, {@code 5.2 MB}, {@code 287 MB}. */
  public static String spaced(long bytes) {
    double value = bytes;
    int unit = 0;
    while (value >= 999.5 && unit < UNITS.length - 1) {
      value /= 1000;
      unit++;
    }
    String form = unit == 0 || value >= 99.95 ? "%.0f %s" : "%.1f %s";
    return String.format(Locale.ROOT, form, value, UNITS[unit]);
  }

  /** {@code 0.3}, seconds. */
  static String tenths(Duration time) {
    return String.format(Locale.ROOT, "%.1f", seconds(time));
  }

  /** {@code 0.21 s}, {@code 41.3 s}, {@code 2 min 5 s}. */
  public static String spoken(Duration time) {
    double seconds = seconds(time);
    if (seconds < 10) {
      return String.format(Locale.ROOT, "%.2f s", seconds);
    }
    if (seconds < 120) {
      return String.format(Locale.ROOT, "%.1f s", seconds);
    }
    return String.format(Locale.ROOT, "%d min %d s", time.toMinutes(), time.toSecondsPart());
  }

  /** {@code 1 step}, {@code 2 steps}. */
  public static String steps(int number) {
    return count(number, "step");
  }

  /** {@code 1 file}, {@code 2 files}. */
  public static String count(int number, String what) {
    return number + " " + what + (number == 1 ? "" : "s");
  }

  static double seconds(Duration time) {
    return Math.max(0, time.toNanos()) / 1e9;
  }
}
