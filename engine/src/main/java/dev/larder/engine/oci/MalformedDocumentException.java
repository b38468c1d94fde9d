package dev.larder.engine.oci;

import java.io.IOException;

/**
 * A JSON document that is not what it claims to be. The message names the document, the member and
 * what is wrong with it.
 */
public final class MalformedDocumentException extends IOException {
  private static final long serialVersionUID = 1L;

  /** With a message of the form {@code read <document>: <member>: <reason>}. */
  public MalformedDocumentException(String message) {
    super(message);
  }
}
