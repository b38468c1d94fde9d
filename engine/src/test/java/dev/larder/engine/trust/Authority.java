package dev.larder.engine.trust;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Certificates of authorities that were made for tests and have no keys. */
public final class Authority {
  private Authority() {}

  /**
   * Writes one as text to a file: {@code extra}, {@code roots}, {@code other}, {@code stepsown}.
   */
  public static Path write(Path folder, String name) throws IOException {
    Path text = folder.resolve(name + ".crt");
    try (InputStream in = Authority.class.getResourceAsStream(name + ".crt")) {
      if (in == null) {
        throw new IOException("no certificate " + name);
      }
      Files.copy(in, text);
    }
    return text;
  }
}
