package dev.larder.engine.dockerfile;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.util.Map;

/**
 * Reads durations as Go's {@code time.ParseDuration} does: decimal numbers with units, as in {@code
 * 1h30m} or {@code 1.5s}.
 */
final class GoDuration {
  private static final Map<String, Long> NANOS =
      Map.of(
          "ns", 1L,
          "us", 1_000L,
          "µs", 1_000L,
          "μs", 1_000L,
          "ms", 1_000_000L,
          "s", 1_000_000_000L,
          "m", 60_000_000_000L,
          "h", 3_600_000_000_000L);

  private static final BigInteger MOST = BigInteger.valueOf(Long.MAX_VALUE);
  private static final int LONGEST = 100;

  private GoDuration() {}

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException with Go's message
   */
  static Duration parse(String text) {
    boolean negative = text.startsWith("-");
    int i = negative || text.startsWith("+") ? 1 : 0;
    if (text.substring(i).equals("0")) {
      return Duration.ZERO;
    }
    if (i == text.length() || text.length() > LONGEST) {
      throw invalid(text);
    }
    BigInteger sum = BigInteger.ZERO;
    while (i < text.length()) {
      int from = i;
      while (i < text.length() && isNumeral(text.charAt(i))) {
        i++;
      }
      String number = text.substring(from, i);
      if (number.chars().filter(c -> c == '.').count() > 1 || number.replace(".", "").isEmpty()) {
        throw invalid(text);
      }
      int unitFrom = i;
      while (i < text.length() && !isNumeral(text.charAt(i))) {
        i++;
      }
      String unit = text.substring(unitFrom, i);
      if (unit.isEmpty()) {
        throw new IllegalArgumentException("time: missing unit in duration " + Quoted.of(text));
      }
      Long nanos = NANOS.get(unit);
      if (nanos == null) {
        throw new IllegalArgumentException(
            "time: unknown unit " + Quoted.of(unit) + " in duration " + Quoted.of(text));
      }
      String digits = number.startsWith(".") ? "0" + number : number;
      BigDecimal decimal =
          new BigDecimal(digits.endsWith(".") ? digits.substring(0, digits.length() - 1) : digits);
      sum = sum.add(decimal.multiply(BigDecimal.valueOf(nanos)).toBigInteger());
    }
    if (sum.compareTo(MOST) > 0) {
      throw invalid(text);
    }
    return Duration.ofNanos(negative ? -sum.longValueExact() : sum.longValueExact());
  }

  private static boolean isNumeral(char c) {
    return c == '.' || (c >= '0' && c <= '9');
  }

  private static IllegalArgumentException invalid(String text) {
    return new IllegalArgumentException("time: invalid duration " + Quoted.of(text));
  }
}
