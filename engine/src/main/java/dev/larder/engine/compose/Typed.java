package dev.larder.engine.compose;

import dev.larder.engine.compose.Forms.Form;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/** Scalars of a type in the one way of writing them; what is not of the type stays as it is. */
final class Typed {
  private static final long SECOND = 1_000_000_000L;

  private Typed() {}

  static Yaml.Scalar of(Form form, Yaml.Scalar s) {
    String text = GoScalars.text(s);
    return new Yaml.Scalar(
        s.at(),
        switch (form) {
          case BYTES -> bytes(text);
          case DURATION -> Quantities.duration(text).map(Typed::text).orElse(text);
          case MODE -> mode(s, text);
          case NUMBER -> text.equals("all") ? "-1" : text;
          default -> text;
        });
  }

  private static String bytes(String text) {
    OptionalLong bytes = Quantities.bytes(text);
    return bytes.isPresent() ? Long.toString(bytes.getAsLong()) : text;
  }

  /** Octal, of four digits; a number without quotes has been read as one. */
  private static String mode(Yaml.Scalar s, String text) {
    Optional<Integer> bits = s.plain() ? number(text, 10) : number(text, 8);
    return bits.map(b -> "%04o".formatted(b)).orElse(text);
  }

  private static Optional<Integer> number(String text, int radix) {
    try {
      return Optional.of(Integer.parseInt(text, radix));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** As Go writes a duration: {@code 1m30s}, {@code 1h0m0s}, {@code 1.5s}, {@code 500ms}. */
  private static String text(Duration duration) {
    long nanos = duration.toNanos();
    if (nanos == 0) {
      return "0s";
    }
    if (nanos < 1_000) {
      return nanos + "ns";
    }
    if (nanos < SECOND) {
      boolean micros = nanos < 1_000_000;
      return decimal(nanos, micros ? 1_000 : 1_000_000) + (micros ? "µs" : "ms");
    }
    long minutes = nanos / (60 * SECOND);
    String seconds = decimal(nanos % (60 * SECOND), SECOND) + "s";
    if (minutes == 0) {
      return seconds;
    }
    return (minutes >= 60 ? minutes / 60 + "h" + minutes % 60 : Long.toString(minutes))
        + "m"
        + seconds;
  }

  private static String decimal(long nanos, long unit) {
    return BigDecimal.valueOf(nanos)
        .divide(BigDecimal.valueOf(unit))
        .stripTrailingZeros()
        .toPlainString();
  }
}
