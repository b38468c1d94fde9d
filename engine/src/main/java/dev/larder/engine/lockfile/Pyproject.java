package dev.larder.engine.lockfile;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code pyproject.toml}: what PEP 621 and PEP 735 say, and Poetry's own tables. */
final class Pyproject {
  private Pyproject() {}

  static void read(String text, Map<String, String> packages) {
    Map<String, Object> toml = Toml.parse(text);
    Map<String, Object> project = Toml.table(toml, "project");
    requirements(project.get("dependencies"), packages);
    Toml.table(project, "optional-dependencies").values().forEach(v -> requirements(v, packages));
    Toml.table(toml, "dependency-groups").values().forEach(v -> requirements(v, packages));
    requirements(Toml.table(toml, "build-system").get("requires"), packages);
    if (project.get("requires-python") instanceof String python) {
      Packages.add(packages, "python", python);
    }
    Map<String, Object> poetry = Toml.table(toml, "tool", "poetry");
    table(Toml.table(poetry, "dependencies"), packages);
    table(Toml.table(poetry, "dev-dependencies"), packages);
    for (Object group : Toml.table(poetry, "group").values()) {
      if (group instanceof Map<?, ?> named && named.get("dependencies") instanceof Map<?, ?> all) {
        table(all, packages);
      }
    }
  }

  private static void requirements(@Nullable Object list, Map<String, String> packages) {
    if (list instanceof List<?> all) {
      for (Object one : all) {
        if (one instanceof String text) {
          PipRequirements.requirement(text, packages);
        }
      }
    }
  }

  private static void table(Map<?, ?> all, Map<String, String> packages) {
    all.forEach(
        (name, value) ->
            Packages.add(
                packages, PipRequirements.name(String.valueOf(name)), Toml.version(value)));
  }
}
