package dev.larder.engine.fetch;

import java.io.IOException;

/** A step asked for what it may not reach or have. */
public final class RefusedException extends IOException {
  private static final long serialVersionUID = 1;

  /**
   * Creates one.
   *
   * @param message what is refused and why; the step gets to see it
   */
  public RefusedException(String message) {
    super(message);
  }
}
