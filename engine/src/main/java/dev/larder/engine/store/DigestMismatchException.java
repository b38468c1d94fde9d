package dev.larder.engine.store;

import dev.larder.engine.digest.Digest;
import java.io.IOException;

/** Bytes that are not those their digest promised. Nothing of them was kept. */
public final class DigestMismatchException extends IOException {
  private static final long serialVersionUID = 1L;

  /** With a message that names both digests. */
  public DigestMismatchException(Digest expected, Digest found) {
    super("check blob " + expected + ": the content has digest " + found);
  }
}
