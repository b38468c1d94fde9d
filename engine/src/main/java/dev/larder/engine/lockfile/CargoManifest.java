package dev.larder.engine.lockfile;

import java.util.List;
import java.util.Map;

/** {@code Cargo.toml}: the tables of dependencies, also of a workspace and of targets. */
final class CargoManifest {
  private static final List<String> TABLES =
      List.of("dependencies", "dev-dependencies", "build-dependencies");

  private CargoManifest() {}

  static void read(String text, Map<String, String> packages) {
    Map<String, Object> toml = Toml.parse(text);
    tables(toml, packages);
    tables(Toml.table(toml, "workspace"), packages);
    for (Object target : Toml.table(toml, "target").values()) {
      if (target instanceof Map<?, ?> named) {
        tables(named, packages);
      }
    }
  }

  private static void tables(Map<?, ?> in, Map<String, String> packages) {
    for (String name : TABLES) {
      if (in.get(name) instanceof Map<?, ?> table) {
        table.forEach((one, how) -> Packages.add(packages, String.valueOf(one), Toml.version(how)));
      }
    }
  }
}
