package dev.larder.engine.httpcache;

import dev.larder.engine.http.Fields;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What tells a representation from others of its resource (RFC 9110 §8.8).
 *
 * @param entityTag with its quotes, {@code W/} before a weak one
 * @param lastModified as it was sent
 * @param date when the response was made, for the strength of the latter
 */
public record Validators(
    Optional<String> entityTag, Optional<String> lastModified, Optional<String> date) {
  private static final Duration STRONG_AFTER = Duration.ofSeconds(1);

  /** Those of a response. */
  public static Validators of(Fields response) {
    return new Validators(
        response.first("ETag").filter(tag -> !tag.isEmpty()),
        response.first("Last-Modified").filter(value -> HttpDate.parse(value).isPresent()),
        response.first("Date"));
  }

  /** Whether there is none. */
  public boolean isEmpty() {
    return entityTag.isEmpty() && lastModified.isEmpty();
  }

  /** When it was changed last. */
  public Optional<Instant> modified() {
    return lastModified.flatMap(HttpDate::parse);
  }

  /**
   * The value of {@code If-Range} that a part of it can be continued with; none if its validators
   * are too weak to tell two bodies apart byte for byte (RFC 9110 §13.1.5).
   */
  public Optional<String> range() {
    if (entityTag.isPresent()) {
      return entityTag.filter(tag -> !tag.startsWith("W/"));
    }
    return lastModified.filter(value -> isStrongDate());
  }

  /** Whether the last change was a second before the answer or more (RFC 9110 §8.8.2.2). */
  private boolean isStrongDate() {
    Optional<Instant> made = date.flatMap(HttpDate::parse);
    return made.isPresent()
        && modified().isPresent()
        && !modified().get().plus(STRONG_AFTER).isAfter(made.get());
  }

  /** Whether a tag means an equivalent representation (RFC 9110 §8.8.3.2). */
  static boolean matchWeakly(String one, String other) {
    return opaque(one).equals(opaque(other));
  }

  /** Whether a tag means the same bytes (RFC 9110 §8.8.3.2). */
  static boolean matchStrongly(String one, String other) {
    return !one.startsWith("W/") && one.equals(other);
  }

  private static String opaque(String tag) {
    return tag.startsWith("W/") ? tag.substring(2) : tag;
  }
}
