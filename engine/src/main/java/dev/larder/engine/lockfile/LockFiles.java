package dev.larder.engine.lockfile;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Finds the reader of a file by its name. */
public final class LockFiles {
  /** No file is read that is larger: the largest lock files known are some megabytes. */
  public static final int MAX_BYTES = 8 << 20;

  private static final int MAX_PACKAGES = 20_000;

  private static final Pattern REQUIREMENTS =
      Pattern.compile("(.*[-_.])?(requirements|constraints)([-_.].*)?\\.(txt|in)");

  private static final Map<String, Reader> READERS =
      Map.ofEntries(
          Map.entry("package.json", Npm::manifest),
          Map.entry("package-lock.json", Npm::lock),
          Map.entry("npm-shrinkwrap.json", Npm::lock),
          Map.entry("yarn.lock", YarnLock::read),
          Map.entry("pnpm-lock.yaml", PnpmLock::read),
          Map.entry("Pipfile.lock", PipfileLock::read),
          Map.entry("poetry.lock", TomlLock::read),
          Map.entry("uv.lock", TomlLock::read),
          Map.entry("pdm.lock", TomlLock::read),
          Map.entry("Cargo.lock", TomlLock::read),
          Map.entry("pyproject.toml", Pyproject::read),
          Map.entry("Cargo.toml", CargoManifest::read),
          Map.entry("go.mod", GoModules::mod),
          Map.entry("go.sum", GoModules::sum),
          Map.entry("pom.xml", MavenPom::read),
          Map.entry("build.gradle", GradleScript::read),
          Map.entry("build.gradle.kts", GradleScript::read),
          Map.entry("settings.gradle", GradleScript::read),
          Map.entry("settings.gradle.kts", GradleScript::read),
          Map.entry("gradle.lockfile", GradleLock::read),
          Map.entry("buildscript-gradle.lockfile", GradleLock::read),
          Map.entry("libs.versions.toml", VersionCatalog::read),
          Map.entry("Gemfile.lock", GemfileLock::read),
          Map.entry("composer.json", Composer::manifest),
          Map.entry("composer.lock", Composer::lock));

  private LockFiles() {}

  /** Adds what a text names. */
  interface Reader {
    /**
     * Reads a text.
     *
     * @throws IllegalArgumentException if it is not of this kind
     */
    void read(String text, Map<String, String> packages);
  }

  /** Whether files of this name can be read. */
  public static boolean isKnown(String path) {
    return reader(path).isPresent();
  }

  /** What a file names; nothing if it can't be read as what its name promises. */
  public static Optional<Packages> read(String path, byte[] content) {
    Optional<Reader> reader = reader(path);
    if (reader.isEmpty() || content.length > MAX_BYTES) {
      return Optional.empty();
    }
    SequencedMap<String, String> packages = new TreeMap<>();
    try {
      reader.get().read(new String(content, StandardCharsets.UTF_8), packages);
    } catch (RuntimeException | StackOverflowError malformed) {
      // Such files are written by hand too, or nested without end; nothing depends on them.
      return Optional.empty();
    }
    return packages.size() > MAX_PACKAGES ? Optional.empty() : Optional.of(new Packages(packages));
  }

  private static Optional<Reader> reader(String path) {
    String name = path.substring(path.lastIndexOf('/') + 1);
    if (READERS.containsKey(name)) {
      return Optional.ofNullable(READERS.get(name));
    }
    boolean inFolder = path.matches("(.*/)?requirements/[^/]+\\.(txt|in)");
    return inFolder || REQUIREMENTS.matcher(name).matches()
        ? Optional.of(PipRequirements::read)
        : Optional.empty();
  }
}
