package dev.larder.engine.mount;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;

/** Where a secret of the one who asked for the build is. */
public sealed interface SecretSource {
  /** The most that a secret may be, as in BuildKit. */
  int MOST_BYTES = 500 * 1024;

  /** The content of a file. */
  record File(Path path) implements SecretSource {}

  /** The value of a variable. */
  record Variable(String name) implements SecretSource {}

  /**
   * Its bytes.
   *
   * @param id what messages call it by
   * @param environment the caller's variables
   * @throws IOException if there is none, or it is larger than 500 KiB
   */
  default byte[] read(String id, Map<String, String> environment) throws IOException {
    byte[] bytes =
        switch (this) {
          case File(Path path) -> {
            try (InputStream in = Files.newInputStream(path)) {
              yield in.readNBytes(MOST_BYTES + 1);
            } catch (NoSuchFileException e) {
              throw new IOException("read secret " + id + ": no such file " + path, e);
            }
          }
          case Variable(String name) -> {
            String value = environment.get(name);
            if (value == null) {
              throw new IOException("read secret " + id + ": the variable " + name + " is not set");
            }
            yield value.getBytes(StandardCharsets.UTF_8);
          }
        };
    if (bytes.length > MOST_BYTES) {
      throw new IOException("read secret " + id + ": it is larger than 500 KiB");
    }
    return bytes;
  }
}
