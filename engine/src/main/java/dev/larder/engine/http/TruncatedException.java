package dev.larder.engine.http;

import java.io.EOFException;

/** A connection that ended within a message. */
public final class TruncatedException extends EOFException {
  private static final long serialVersionUID = 1L;

  /** Creates one. */
  public TruncatedException(String message) {
    super(message);
  }
}
