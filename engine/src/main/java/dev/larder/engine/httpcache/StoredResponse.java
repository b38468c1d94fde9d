package dev.larder.engine.httpcache;

import dev.larder.engine.http.Field;
import dev.larder.engine.http.Fields;
import dev.larder.engine.http.ResponseHead;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A response as it was stored.
 *
 * @param head without fields of one connection
 * @param requested when it, or what it was validated with last, was asked for
 * @param received when that came
 */
public record StoredResponse(ResponseHead head, Instant requested, Instant received) {
  /** Without a lifetime of its own a response is fresh for a tenth of its age, but not longer. */
  private static final Duration LONGEST_GUESS = Duration.ofDays(1);

  private static final int GUESS_DIVISOR = 10;

  /** Fields that a 304 does not bring up to date: they tell of the body that is kept. */
  private static final List<String> OF_THE_BODY =
      List.of(
          "Content-Length",
          "Content-Encoding",
          "Content-Type",
          "Content-Range",
          "Content-MD5",
          "Transfer-Encoding",
          "Set-Cookie");

  private Fields fields() {
    return head.fields();
  }

  /** What it may be validated with. */
  public Validators validators() {
    return Validators.of(fields());
  }

  /** When it was made by its origin, or came here where that is not told (RFC 9110 §6.6.1). */
  public Instant date() {
    return fields().first("Date").flatMap(HttpDate::parse).orElse(received);
  }

  /** For how long it is fresh after it was made (RFC 9111 §4.2.1, for a private cache). */
  public Duration lifetime() {
    CacheControl control = CacheControl.of(fields());
    Optional<Duration> maxAge = control.seconds("max-age");
    if (maxAge.isPresent()) {
      return maxAge.get();
    }
    Optional<String> expires = fields().first("Expires");
    if (expires.isPresent()) {
      // What is no date is in the past (RFC 9111 §5.3).
      return expires
          .flatMap(HttpDate::parse)
          .map(at -> Duration.between(date(), at))
          .filter(lifetime -> !lifetime.isNegative())
          .orElse(Duration.ZERO);
    }
    return Storing.isCacheableByDefault(head.status()) || control.has("public")
        ? guess()
        : Duration.ZERO;
  }

  private Duration guess() {
    Optional<Instant> modified = fields().first("Last-Modified").flatMap(HttpDate::parse);
    if (modified.isEmpty() || modified.get().isAfter(date())) {
      return Duration.ZERO;
    }
    Duration tenth = Duration.between(modified.get(), date()).dividedBy(GUESS_DIVISOR);
    return tenth.compareTo(LONGEST_GUESS) < 0 ? tenth : LONGEST_GUESS;
  }

  /** Its age (RFC 9111 §4.2.3). A clock that was set back makes nothing younger than it came. */
  public Duration age(Instant now) {
    Duration apparent = notNegative(Duration.between(date(), received));
    Duration told =
        fields()
            .first("Age")
            .map(value -> new CacheControl(java.util.Map.of("age", value)))
            .flatMap(control -> control.seconds("age"))
            .orElse(Duration.ZERO);
    Duration corrected = told.plus(notNegative(Duration.between(requested, received)));
    Duration initial = apparent.compareTo(corrected) > 0 ? apparent : corrected;
    return initial.plus(notNegative(Duration.between(received, now)));
  }

  private static Duration notNegative(Duration duration) {
    return duration.isNegative() ? Duration.ZERO : duration;
  }

  /** Whether it is younger than its lifetime. */
  public boolean isFresh(Instant now) {
    return lifetime().compareTo(age(now)) > 0;
  }

  /** Whether its origin says that it never changes while it is fresh (RFC 8246). */
  public boolean isImmutable() {
    return CacheControl.of(fields()).has("immutable");
  }

  /**
   * Whether it may answer a request without a question to its origin (RFC 9111 §4): it is fresh, or
   * the client takes stale ones, and neither side asks for a validation.
   *
   * @param request the fields of the request
   */
  public boolean mayAnswer(Fields request, Instant now) {
    CacheControl own = CacheControl.of(fields());
    CacheControl wish = CacheControl.of(request);
    if (own.has("no-cache") || wish.has("no-cache")) {
      return false;
    }
    Duration age = age(now);
    if (wish.seconds("max-age").filter(most -> age.compareTo(most) > 0).isPresent()) {
      return false;
    }
    Duration left = lifetime().minus(age);
    Duration least = wish.seconds("min-fresh").orElse(Duration.ZERO);
    if (left.isPositive()) {
      return left.compareTo(least) >= 0;
    }
    if (!wish.has("max-stale") || own.has("must-revalidate") || !least.isZero()) {
      return false;
    }
    boolean any = wish.directives().getOrDefault("max-stale", "").isEmpty();
    return any || left.negated().compareTo(wish.seconds("max-stale").orElse(Duration.ZERO)) <= 0;
  }

  /**
   * Brought up to date by a 304 that said that it is still the one (RFC 9111 §3.2).
   *
   * @param notModified the head of the 304, without fields of one connection
   */
  public StoredResponse updatedBy(
      ResponseHead notModified, Instant newlyRequested, Instant newlyReceived) {
    Fields fresh = notModified.fields().without(OF_THE_BODY);
    // An age that the 304 does not tell of was that of the old one.
    Fields updated =
        fields().without("Age").without(fresh.all().stream().map(Field::name).distinct().toList());
    for (Field field : fresh.all()) {
      updated = updated.and(field.name(), field.value());
    }
    return new StoredResponse(head.with(updated), newlyRequested, newlyReceived);
  }
}
