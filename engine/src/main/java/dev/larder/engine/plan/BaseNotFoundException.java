package dev.larder.engine.plan;

import java.io.IOException;

/** There is no image of a name; the message says where it was looked for. */
public final class BaseNotFoundException extends IOException {
  private static final long serialVersionUID = 1L;

  private final String hint;

  public BaseNotFoundException(String message, String hint) {
    super(message);
    this.hint = hint;
  }

  /** What to do about it; may be empty. */
  public String hint() {
    return hint;
  }
}
