package dev.larder.engine.lockfile;

import java.util.List;
import java.util.Map;

/** Lock files that are a list of {@code [[package]]}: Cargo, Poetry, uv, PDM. */
final class TomlLock {
  private TomlLock() {}

  static void read(String text, Map<String, String> packages) {
    if (Toml.parse(text).get("package") instanceof List<?> all) {
      for (Object one : all) {
        if (one instanceof Map<?, ?> locked && locked.get("name") instanceof String name) {
          Packages.add(packages, name, locked.get("version") instanceof String v ? v : "");
        }
      }
    }
  }
}
