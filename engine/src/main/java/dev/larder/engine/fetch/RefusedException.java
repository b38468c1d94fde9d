package dev.larder.engine.fetch;

import java.io.IOException;

/** A step asked for what it may not reach. */
final class RefusedException extends IOException {
  private static final long serialVersionUID = 1;

  RefusedException(String message) {
    super(message);
  }
}
