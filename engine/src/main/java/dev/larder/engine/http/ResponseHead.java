package dev.larder.engine.http;

/**
 * The head of a response (RFC 9112 §4).
 *
 * @param minor of the version: 0 or 1
 * @param status 100 to 999
 * @param reason may be empty
 */
public record ResponseHead(int minor, int status, String reason, Fields fields) {
  /** With other fields. */
  public ResponseHead with(Fields other) {
    return new ResponseHead(minor, status, reason, other);
  }

  /** Whether another one follows for the same request: 1xx, except that 101 ends HTTP. */
  public boolean isInterim() {
    return status < 200 && status != 101;
  }

  /** Whether the connection can be used again after this one (RFC 9112 §9.3). */
  public boolean isKeptAlive() {
    return Persistence.of(minor, fields);
  }
}
