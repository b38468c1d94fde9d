package dev.larder.engine.http;

/**
 * The head of a request (RFC 9112 §3).
 *
 * @param method as written; methods are told apart by case
 * @param target as written, in any of the four forms
 * @param minor of the version: 0 or 1
 */
public record RequestHead(String method, String target, int minor, Fields fields) {
  /** With other fields. */
  public RequestHead with(Fields other) {
    return new RequestHead(method, target, minor, other);
  }

  /** Whether the connection can have another request after this one (RFC 9112 §9.3). */
  public boolean isKeptAlive() {
    return Persistence.of(minor, fields);
  }
}
