package dev.larder.engine.http;

import java.io.IOException;

/** A message that is not HTTP/1.1, or could be read in two ways. */
public final class BadMessageException extends IOException {
  private static final long serialVersionUID = 1L;

  private final int status;

  /**
   * Creates one.
   *
   * @param status what a server answers to such a request (400, 414, 431, 501, 505)
   * @param message what is wrong
   */
  public BadMessageException(int status, String message) {
    super(message);
    this.status = status;
  }

  /** What a server answers to such a request. */
  public int status() {
    return status;
  }
}
