package dev.larder.engine.compose;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Something in a compose file, or around it, that its user has to mend. */
public final class ComposeException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String hint;
  private final transient @Nullable Trouble trouble;

  ComposeException(String message) {
    this(message, "");
  }

  ComposeException(String message, String hint) {
    super(message);
    this.hint = hint;
    this.trouble = null;
  }

  /** A service that was started and is not well. */
  ComposeException(Trouble trouble) {
    super(trouble.message());
    this.hint = trouble.tip();
    this.trouble = trouble;
  }

  static ComposeException at(Place place, String message) {
    return new ComposeException(place + ": " + message);
  }

  static ComposeException at(Place place, String message, String hint) {
    return new ComposeException(place + ": " + message, hint);
  }

  /** The trouble of a service, if it is that. */
  public Optional<Trouble> trouble() {
    return Optional.ofNullable(trouble);
  }

  /** What to do about it. */
  public Optional<String> hint() {
    return hint.isEmpty() ? Optional.empty() : Optional.of(hint);
  }
}
