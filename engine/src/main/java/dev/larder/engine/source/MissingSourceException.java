package dev.larder.engine.source;

import java.io.IOException;

/** A file that was to be copied is not there: {@code "x": not found in the build context}. */
public final class MissingSourceException extends IOException {
  private static final long serialVersionUID = 1L;

  MissingSourceException(String message) {
    super(message);
  }
}
