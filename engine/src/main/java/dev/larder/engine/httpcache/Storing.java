package dev.larder.engine.httpcache;

import dev.larder.engine.http.Fields;
import dev.larder.engine.http.RequestHead;
import dev.larder.engine.http.ResponseHead;

/** Whether a response may be stored (RFC 9111 §3, for a private cache). */
public enum Storing {
  /** It may be, and used as its freshness and validators let it. */
  USUAL,
  /**
   * It may be, but is asked for each time there is a network: answers about what is elsewhere or
   * not there, which have no body worth saving.
   */
  OFFLINE_ONLY,
  /** It may not be. */
  NEVER;

  /** What a response to a request may be. */
  public static Storing of(RequestHead request, ResponseHead response) {
    Fields fields = response.fields();
    boolean never =
        !request.method().equals("GET")
            || request.fields().has("Range")
            || CacheControl.of(request.fields()).has("no-store")
            || CacheControl.of(fields).has("no-store")
            || fields.has("Set-Cookie")
            || fields.tokens("Vary").contains("*");
    if (never) {
      return NEVER;
    }
    return switch (response.status()) {
      case 200, 203 -> USUAL;
      case 301, 302, 303, 307, 308, 404, 410 -> OFFLINE_ONLY;
      default -> NEVER;
    };
  }

  /** Whether a lifetime may be guessed for a status (RFC 9110 §15.1). */
  static boolean isCacheableByDefault(int status) {
    return switch (status) {
      case 200, 203, 204, 206, 300, 301, 308, 404, 405, 410, 414, 501 -> true;
      default -> false;
    };
  }

  /** Whether a method may change what its target has (RFC 9110 §9.2.1), unknown ones included. */
  public static boolean isUnsafe(String method) {
    return switch (method) {
      case "GET", "HEAD", "OPTIONS", "TRACE", "PROPFIND", "REPORT", "SEARCH", "QUERY" -> false;
      default -> true;
    };
  }
}
