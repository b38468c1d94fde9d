package dev.larder.engine.packages;

import dev.larder.engine.digest.Digest;
import dev.larder.engine.http.Fields;
import dev.larder.engine.httpcache.StoredResponse;
import java.time.Instant;

/**
 * One answer of a URL that is kept: there may be several, for requests that differ in what they
 * accept or in who asks.
 *
 * @param kind how long it is good for
 * @param scope of the credentials that it was given to; empty if there were none
 * @param selecting the fields of the request that it varied by
 * @param response its head and times
 * @param body the digest of it
 * @param size of the body in bytes
 */
public record Variant(
    Kind kind, String scope, Fields selecting, StoredResponse response, Digest body, long size) {
  /** How long an answer is good for. */
  public enum Kind {
    /** A file that never changes. */
    PACKAGE,
    /** What may change: it is asked for again. */
    INDEX,
    /** Used only where there is no network. */
    OFFLINE_ONLY
  }

  /** With another response, as after a validation. */
  Variant with(StoredResponse other) {
    return new Variant(kind, scope, selecting, other, body, size);
  }

  /** Given to others too. */
  Variant inScope(String other) {
    return new Variant(kind, other, selecting, response, body, size);
  }

  /**
   * Whether it answers a request of its scope without a question to the origin.
   *
   * @param request the fields of the request
   * @param began when the build began: what was asked for since counts as asked for by it
   */
  public boolean mayAnswer(Fields request, Instant began, Instant now) {
    return switch (kind) {
      case PACKAGE -> true;
      case OFFLINE_ONLY -> false;
      case INDEX ->
          (response.isImmutable() && response.isFresh(now))
              || (!response.requested().isBefore(began) && response.mayAnswer(request, now));
    };
  }
}
