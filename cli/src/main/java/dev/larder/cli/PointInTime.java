package dev.larder.cli;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ParseResult;

/**
 * A point in time as Docker's options take it: so long ago ({@code 1h30m}), seconds since 1970, or
 * a date and time ({@code 2026-01-02T13:23:37Z}; UTC where no zone is named).
 */
final class PointInTime {
  private static final Pattern AGO =
      Pattern.compile("(?:(\\d{1,6})h)?(?:(\\d{1,8})m)?(?:(\\d{1,9})s)?");

  private PointInTime() {}

  static Optional<Instant> of(ParseResult given, String option, Instant now) throws UsageException {
    Optional<String> text = Options.one(given, option);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        parse(text.get(), now)
            .orElseThrow(
                () ->
                    new UsageException(
                        "--"
                            + option
                            + " "
                            + text.get()
                            + ": expected how long ago (10m, 1h30m), or a time"
                            + " (2026-01-02T13:23:37Z)")));
  }

  static Optional<Instant> parse(String text, Instant now) {
    Matcher ago = AGO.matcher(text);
    if (!text.isEmpty() && ago.matches()) {
      return Optional.of(
          now.minus(
              Duration.ofHours(number(ago.group(1)))
                  .plusMinutes(number(ago.group(2)))
                  .plusSeconds(number(ago.group(3)))));
    }
    if (text.matches("\\d{9,11}")) {
      return Optional.of(Instant.ofEpochSecond(Long.parseLong(text)));
    }
    try {
      if (text.length() == "2026-01-02".length()) {
        return Optional.of(LocalDate.parse(text).atStartOfDay().toInstant(ZoneOffset.UTC));
      }
      boolean zoned = text.matches(".*(Z|[+-]\\d\\d:?\\d\\d)");
      return Optional.of(
          zoned
              ? OffsetDateTime.parse(text).toInstant()
              : LocalDateTime.parse(text).toInstant(ZoneOffset.UTC));
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  private static long number(String text) {
    return text == null ? 0 : Long.parseLong(text);
  }
}
