package dev.larder.engine.prune;

import java.io.IOException;
import java.util.Set;

/** What is to be cleared does not exist. */
public final class NothingToClearException extends IOException {
  private static final long serialVersionUID = 1L;

  private final transient Set<String> known;

  NothingToClearException(String message, Set<String> known) {
    super(message);
    this.known = Set.copyOf(known);
  }

  /** What there is instead. */
  public Set<String> known() {
    return known;
  }
}
