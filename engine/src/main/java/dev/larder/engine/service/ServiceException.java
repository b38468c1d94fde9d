package dev.larder.engine.service;

import java.io.IOException;
import java.util.Optional;

/** A service that could not be started or stopped, and what to do about it. */
public final class ServiceException extends IOException {
  private static final long serialVersionUID = 1L;

  private final String hint;

  ServiceException(String message, String hint) {
    super(message);
    this.hint = hint;
  }

  /** What to do about it. */
  public Optional<String> hint() {
    return hint.isEmpty() ? Optional.empty() : Optional.of(hint);
  }
}
