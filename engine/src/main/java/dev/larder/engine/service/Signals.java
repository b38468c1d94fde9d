package dev.larder.engine.service;

import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;

/** Signals by their names (signal(7), the same on x86-64 and ARM64). */
public final class Signals {
  private static final Map<String, Integer> NUMBERS =
      Map.ofEntries(
          Map.entry("HUP", 1),
          Map.entry("INT", 2),
          Map.entry("QUIT", 3),
          Map.entry("ILL", 4),
          Map.entry("TRAP", 5),
          Map.entry("ABRT", 6),
          Map.entry("BUS", 7),
          Map.entry("FPE", 8),
          Map.entry("KILL", 9),
          Map.entry("USR1", 10),
          Map.entry("SEGV", 11),
          Map.entry("USR2", 12),
          Map.entry("PIPE", 13),
          Map.entry("ALRM", 14),
          Map.entry("TERM", 15),
          Map.entry("CHLD", 17),
          Map.entry("CONT", 18),
          Map.entry("STOP", 19),
          Map.entry("TSTP", 20),
          Map.entry("TTIN", 21),
          Map.entry("TTOU", 22),
          Map.entry("WINCH", 28),
          Map.entry("PWR", 30));
  private static final int REALTIME = 34;
  private static final int LAST = 64;

  private Signals() {}

  /** {@code SIGTERM}, {@code term}, {@code 15}, {@code SIGRTMIN+3}; nothing if it is none. */
  public static OptionalInt number(String text) {
    String name = text.toUpperCase(Locale.ROOT);
    name = name.startsWith("SIG") ? name.substring(3) : name;
    if (name.matches("\\d{1,2}")) {
      return valid(Integer.parseInt(name));
    }
    if (name.matches("RTMIN(\\+\\d{1,2})?")) {
      int plus = name.indexOf('+');
      return valid(REALTIME + (plus < 0 ? 0 : Integer.parseInt(name.substring(plus + 1))));
    }
    Integer number = NUMBERS.get(name);
    return number == null ? OptionalInt.empty() : OptionalInt.of(number);
  }

  private static OptionalInt valid(int number) {
    return number >= 1 && number <= LAST ? OptionalInt.of(number) : OptionalInt.empty();
  }
}
