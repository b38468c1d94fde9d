package dev.larder.engine.compose;

import java.util.Optional;

/** Something in a compose file, or around it, that its user has to mend. */
public final class ComposeException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String hint;

  ComposeException(String message) {
    this(message, "");
  }

  ComposeException(String message, String hint) {
    super(message);
    this.hint = hint;
  }

  static ComposeException at(Place place, String message) {
    return new ComposeException(place + ": " + message);
  }

  static ComposeException at(Place place, String message, String hint) {
    return new ComposeException(place + ": " + message, hint);
  }

  /** What to do about it. */
  public Optional<String> hint() {
    return hint.isEmpty() ? Optional.empty() : Optional.of(hint);
  }
}
