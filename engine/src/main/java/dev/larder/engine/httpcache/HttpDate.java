package dev.larder.engine.httpcache;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Dates of fields (RFC 9110 §5.6.7): all three forms are read, the first is written. */
public final class HttpDate {
  private static final DateTimeFormatter USUAL = form("EEE, dd MMM yyyy HH:mm:ss 'GMT'");

  /** RFC 850 has two digits of the year; no server that is asked today is older than 1970. */
  private static final DateTimeFormatter RFC_850 =
      new DateTimeFormatterBuilder()
          .appendPattern("EEEE, dd-MMM-")
          .appendValueReduced(ChronoField.YEAR, 2, 2, 1970)
          .appendPattern(" HH:mm:ss 'GMT'")
          .toFormatter(Locale.US);

  private static final List<DateTimeFormatter> FORMS =
      List.of(USUAL, RFC_850, form("EEE MMM ppd HH:mm:ss yyyy"));

  private HttpDate() {}

  /** The date of a value; none if it is not one. */
  public static Optional<Instant> parse(String value) {
    for (DateTimeFormatter form : FORMS) {
      try {
        return Optional.of(LocalDateTime.parse(value.strip(), form).toInstant(ZoneOffset.UTC));
      } catch (DateTimeException e) {
        // Another form may fit.
      }
    }
    return Optional.empty();
  }

  /** The value for a date, of which parts of a second are dropped. */
  public static String format(Instant date) {
    return USUAL.format(date.truncatedTo(ChronoUnit.SECONDS).atOffset(ZoneOffset.UTC));
  }

  private static DateTimeFormatter form(String pattern) {
    return DateTimeFormatter.ofPattern(pattern, Locale.US);
  }
}
