package dev.larder.engine.httpcache;

import dev.larder.engine.http.Fields;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The conditions that a request makes (RFC 9110 §13). */
public final class Conditions {
  private static final List<String> NAMES =
      List.of("If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since", "If-Range");

  private final Fields request;

  private Conditions(Fields request) {
    this.request = request;
  }

  /** What a stored response comes to for a request (RFC 9110 §13.2.2). */
  public enum Outcome {
    /** The response is sent. */
    MET,
    /** The client has it: 304. */
    NOT_MODIFIED,
    /** It is not the one that the client has in mind: 412. */
    FAILED
  }

  /** Those of a request. */
  public static Conditions of(Fields request) {
    return new Conditions(request);
  }

  /** Whether there is one that asks for what the client does not have yet. */
  public boolean areForCaches() {
    return request.has("If-None-Match") || request.has("If-Modified-Since");
  }

  /** Whether there is one that only the origin should judge. */
  public boolean areForOrigin() {
    return request.has("If-Match") || request.has("If-Unmodified-Since");
  }

  /** What they come to for a representation. */
  public Outcome outcome(Validators of) {
    if (request.has("If-Match")) {
      if (!matches("If-Match", of, true)) {
        return Outcome.FAILED;
      }
    } else if (date("If-Unmodified-Since").isPresent()
        && of.modified().isPresent()
        && of.modified().get().isAfter(date("If-Unmodified-Since").get())) {
      return Outcome.FAILED;
    }
    if (request.has("If-None-Match")) {
      return matches("If-None-Match", of, false) ? Outcome.NOT_MODIFIED : Outcome.MET;
    }
    Optional<Instant> since = date("If-Modified-Since");
    boolean isOld =
        since.isPresent() && of.modified().isPresent() && !of.modified().get().isAfter(since.get());
    return isOld ? Outcome.NOT_MODIFIED : Outcome.MET;
  }

  /** Whether the range of a request still means this representation (RFC 9110 §13.1.5). */
  public boolean isRangeOf(Validators of) {
    Optional<String> condition = request.first("If-Range");
    if (condition.isEmpty()) {
      return true;
    }
    boolean isTag = condition.get().startsWith("\"") || condition.get().startsWith("W/");
    return isTag
        ? of.entityTag().filter(tag -> Validators.matchStrongly(condition.get(), tag)).isPresent()
        : of.lastModified().equals(condition) && of.range().equals(condition);
  }

  private boolean matches(String name, Validators of, boolean strongly) {
    if (request.joined(name).strip().equals("*")) {
      return true;
    }
    for (String tag : tags(request.joined(name))) {
      boolean isMatch =
          of.entityTag()
              .filter(
                  own ->
                      strongly
                          ? Validators.matchStrongly(tag, own)
                          : Validators.matchWeakly(tag, own))
              .isPresent();
      if (isMatch) {
        return true;
      }
    }
    return false;
  }

  private Optional<Instant> date(String name) {
    return request.first(name).flatMap(HttpDate::parse);
  }

  /**
   * The request with the conditions that also ask for what is stored (RFC 9111 §4.3.1). Those of
   * the client stay where its copy is another one that may still be current.
   */
  public Fields validating(Validators stored) {
    if (request.has("If-None-Match") && stored.entityTag().isPresent()) {
      String tag = stored.entityTag().get();
      boolean isSame = tags(request.joined("If-None-Match")).contains(tag);
      return isSame ? request : request.and("If-None-Match", tag);
    }
    Optional<Instant> since = date("If-Modified-Since");
    boolean isNewer =
        since.isPresent()
            && (stored.modified().isEmpty() || since.get().isAfter(stored.modified().get()));
    if (request.has("If-None-Match") || isNewer || stored.isEmpty()) {
      return request;
    }
    Fields fields = request.without("If-Modified-Since");
    if (stored.entityTag().isPresent()) {
      fields = fields.and("If-None-Match", stored.entityTag().get());
    }
    return stored.lastModified().isPresent()
        ? fields.and("If-Modified-Since", stored.lastModified().get())
        : fields;
  }

  /**
   * Whether a 304 to a request of {@link #validating} says that what is stored is current (RFC 9111
   * §4.3.3), and not only what the client has.
   *
   * @param notModified fields of the 304
   */
  public boolean confirm(Validators stored, Fields notModified) {
    Validators told = Validators.of(notModified);
    if (told.entityTag().isPresent()) {
      return stored.entityTag().filter(told.entityTag().get()::equals).isPresent()
          || (stored.entityTag().isPresent()
              && Validators.matchWeakly(told.entityTag().get(), stored.entityTag().get()));
    }
    if (told.lastModified().isPresent() && stored.lastModified().isPresent()) {
      return told.modified().equals(stored.modified());
    }
    // Nothing is named: it can only be what was asked for, if that was one thing.
    if (request.has("If-None-Match")) {
      return stored.entityTag().isPresent()
          && tags(request.joined("If-None-Match")).equals(List.of(stored.entityTag().get()));
    }
    Optional<Instant> since = date("If-Modified-Since");
    return since.isEmpty()
        || (stored.modified().isPresent() && !since.get().isAfter(stored.modified().get()));
  }

  /** A request's fields without conditions. */
  public static Fields removed(Fields request) {
    return request.without(NAMES);
  }

  private static List<String> tags(String value) {
    List<String> tags = new ArrayList<>();
    int at = 0;
    while (at < value.length()) {
      int open = value.indexOf('"', at);
      int close = open < 0 ? -1 : value.indexOf('"', open + 1);
      if (close < 0) {
        break;
      }
      boolean weak = open >= 2 && value.startsWith("W/", open - 2);
      tags.add((weak ? "W/" : "") + value.substring(open, close + 1));
      at = close + 1;
    }
    return tags;
  }
}
