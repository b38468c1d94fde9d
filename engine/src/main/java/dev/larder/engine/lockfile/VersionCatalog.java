package dev.larder.engine.lockfile;

import java.util.Map;

/** Gradle's version catalog, {@code libs.versions.toml}. */
final class VersionCatalog {
  private VersionCatalog() {}

  static void read(String text, Map<String, String> packages) {
    Map<String, Object> toml = Toml.parse(text);
    Map<String, Object> versions = Toml.table(toml, "versions");
    for (String section : new String[] {"libraries", "plugins"}) {
      Toml.table(toml, section).forEach((alias, value) -> add(alias, value, versions, packages));
    }
  }

  private static void add(
      String alias, Object value, Map<String, Object> versions, Map<String, String> packages) {
    if (value instanceof String notation) {
      int colon = notation.lastIndexOf(':');
      Packages.add(
          packages, notation.substring(0, Math.max(0, colon)), notation.substring(colon + 1));
    } else if (value instanceof Map<?, ?> table) {
      String name =
          table.get("group") instanceof String group
              ? group + ":" + table.get("name")
              : String.valueOf(
                  table.get("module") instanceof String module
                      ? module
                      : table.get("id") instanceof String id ? id : alias);
      Object version = table.get("version");
      if (version instanceof Map<?, ?> rich && rich.get("ref") instanceof String ref) {
        version = versions.get(ref);
      }
      Packages.add(packages, name, Toml.version(version));
    }
  }
}
