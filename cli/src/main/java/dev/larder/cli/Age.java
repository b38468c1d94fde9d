package dev.larder.cli;

import java.time.Duration;

/** How long something is, in Docker's words. */
final class Age {
  private static final int WEEK = 7 * 24;
  private static final int MONTH = 30 * 24;
  private static final int YEAR = 365 * 24;

  private Age() {}

  /** {@code 5 seconds}, {@code About a minute}, {@code 3 hours}, {@code 2 weeks}. */
  static String spoken(Duration age) {
    long seconds = age.toSeconds();
    if (seconds < 1) {
      return "Less than a second";
    }
    if (seconds < 60) {
      return seconds == 1 ? "1 second" : seconds + " seconds";
    }
    long minutes = age.toMinutes();
    if (minutes < 60) {
      return minutes == 1 ? "About a minute" : minutes + " minutes";
    }
    long hours = Math.round(seconds / 3600.0);
    if (hours < 48) {
      return hours == 1 ? "About an hour" : hours + " hours";
    }
    if (hours < 2 * WEEK) {
      return hours / 24 + " days";
    }
    if (hours < 2 * MONTH) {
      return hours / WEEK + " weeks";
    }
    return hours < 2 * YEAR ? hours / MONTH + " months" : hours / YEAR + " years";
  }
}
