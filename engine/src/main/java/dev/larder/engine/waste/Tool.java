package dev.larder.engine.waste;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A package manager: how it is called, and the folder in which it keeps what it downloads. */
public enum Tool {
  APT(
      "apt",
      "apt(?:-get)?",
      "install|(?:dist-|full-)?upgrade|build-dep",
      "/var/cache/apt/archives"),
  CARGO("cargo", "cargo", "[a-z]+", ".cargo/registry", "CARGO_HOME/registry"),
  GO(
      "go",
      "go",
      "build|get|install|mod|run|test|vet|generate",
      "go/pkg/mod",
      "GOMODCACHE",
      "GOPATH/pkg/mod"),
  GRADLE("gradle", "gradlew?", "\\S+", ".gradle/caches", "GRADLE_USER_HOME/caches"),
  MAVEN("mvn", "mvnw?", "\\S+", ".m2/repository"),
  NPM("npm", "npm|npx", "\\S+", ".npm", "NPM_CONFIG_CACHE", "npm_config_cache"),
  PIP("pip", "pip3?(?:\\.\\d+)?", "install|download|wheel", ".cache/pip", "PIP_CACHE_DIR"),
  UV("uv", "uv", "add|lock|pip|run|sync|tool", ".cache/uv", "UV_CACHE_DIR");

  private final String word;
  private final String call;
  private final String folder;
  private final String variables;

  /**
   * @param command a pattern of the program's name
   * @param subcommands a pattern of what follows if it is to download
   * @param folder the usual one, below the home folder if it is relative
   * @param variables that say another, each with what is below it
   */
  Tool(String word, String command, String subcommands, String folder, String... variables) {
    this.word = word;
    // Options, with or without a value, may stand before the subcommand.
    this.call =
        "(?<![\\w./-])(?:[\\w./-]*/)?(?:"
            + command
            + ")\\s+(?:-\\S+\\s+(?:[^-\\s]\\S*\\s+)??)*"
            + "(?:"
            + subcommands
            + ")(?![\\w-])";
    this.folder = folder;
    this.variables = String.join(" ", variables);
  }

  /**
   * Where a tool keeps what it downloads.
   *
   * @param folder the path
   * @param reason why it is there if it is not the usual place of root; may be empty
   * @param guessed whether the home folder of a user is only what is usual
   */
  record Place(String folder, String reason, boolean guessed) {}

  /** What people call it. */
  public String word() {
    return word;
  }

  /** Whose packages it downloads, as the package store calls it: {@code debian}, {@code python}. */
  public String ecosystem() {
    return switch (this) {
      case APT -> "debian";
      case CARGO -> "cargo";
      case GO -> "go";
      case GRADLE, MAVEN -> "maven";
      case NPM -> "npm";
      case PIP, UV -> "python";
    };
  }

  /** The tool that people call so: {@code pip}, {@code maven}, {@code apt-get}. */
  public static Optional<Tool> called(String name) {
    return Arrays.stream(values())
        .filter(
            tool ->
                name.equals(tool.word)
                    || name.toUpperCase(Locale.ROOT).equals(tool.name())
                    || (tool == APT && name.equals("apt-get")))
        .findFirst();
  }

  /** Whether a path, or the id of a mount, is where the tool keeps what it downloads. */
  public boolean keeps(String path) {
    boolean ofMaven = this == MAVEN && path.matches("(.*/)?\\.m2(/.*)?");
    return ofMaven || isUsual(path) || path.matches("(.*[/-])?\\.?" + word + "([/-].*)?");
  }

  /** The tools that a step calls. */
  static List<Tool> calledBy(RanStep step) {
    return Arrays.stream(values()).filter(tool -> step.says(tool.call)).toList();
  }

  /** The tool whose usual folder a path is, whatever home it is in. */
  static Optional<Tool> named(String path) {
    return Arrays.stream(values()).filter(tool -> tool.isUsual(path)).findFirst();
  }

  private boolean isUsual(String path) {
    return path.endsWith(folder.startsWith("/") ? folder : "/" + folder);
  }

  /** Whether it is the usual folder if root calls the tool. */
  boolean isUsualOfRoot(String path) {
    return path.equals("/root/" + folder);
  }

  /** Where it keeps what it downloads in this step; nothing if that can't be told. */
  Optional<Place> place(RanStep step) {
    return option(step)
        .or(() -> variable(step))
        .or(() -> usual(step))
        .filter(place -> !place.folder().contains("$"));
  }

  private Optional<Place> option(RanStep step) {
    String option =
        switch (this) {
          case PIP, UV -> "--cache-dir";
          case NPM -> "--cache";
          case MAVEN -> "-Dmaven.repo.local";
          case APT, CARGO, GO, GRADLE -> "";
        };
    return option.isEmpty()
        ? Optional.empty()
        : step.said("\\s" + option.replace(".", "\\.") + "[=\\s]\\s*([^\\s;&|]+)")
            .map(path -> new Place(path, option + " says so", false));
  }

  private Optional<Place> variable(RanStep step) {
    for (String variable : variables.split(" ")) {
      int slash = variable.indexOf('/');
      String name = slash < 0 ? variable : variable.substring(0, slash);
      String below = slash < 0 ? "" : variable.substring(slash);
      Optional<String> value = name.isEmpty() ? Optional.empty() : step.variable(name);
      if (value.isPresent()) {
        return Optional.of(new Place(value.get() + below, name + " is " + value.get(), false));
      }
    }
    return Optional.empty();
  }

  private Optional<Place> usual(RanStep step) {
    if (folder.startsWith("/")) {
      return Optional.of(new Place(folder, "", false));
    }
    Optional<String> caches = step.variable("XDG_CACHE_HOME");
    if (caches.isPresent() && folder.startsWith(".cache/")) {
      String path = caches.get() + folder.substring(".cache".length());
      return Optional.of(new Place(path, "XDG_CACHE_HOME is " + caches.get(), false));
    }
    // Java asks the system for the home folder, not the variable.
    Optional<String> home =
        this == MAVEN || this == GRADLE ? Optional.empty() : step.variable("HOME");
    if (home.isPresent()) {
      boolean known = home.get().equals("/root");
      String reason = known ? "" : "HOME is " + home.get();
      return Optional.of(new Place(home.get() + "/" + folder, reason, false));
    }
    if (step.isRoot()) {
      return Optional.of(new Place("/root/" + folder, "", false));
    }
    String user = step.userName();
    // Only the image knows the home folder of a number.
    return user.chars().allMatch(Character::isDigit)
        ? Optional.empty()
        : Optional.of(new Place("/home/" + user + "/" + folder, "the user is " + user, true));
  }

  /** Whether a mount keeps what the tool downloads, or some of it. */
  boolean isKeptIn(RanStep.CacheUse mount, Place place) {
    String target = mount.target();
    return isWithin(target, place.folder())
        || isWithin(place.folder(), target)
        || (place.guessed() && !target.startsWith("/root/") && isUsual(target));
  }

  private static boolean isWithin(String path, String folder) {
    return (path + "/").startsWith(folder.endsWith("/") ? folder : folder + "/");
  }

  /** {@code RUN --mount=type=cache,target=/root/.npm}. */
  String mount(Place place) {
    return this == APT
        ? "RUN --mount=type=cache,target=/var/cache/apt,sharing=locked, after"
            + " rm -f /etc/apt/apt.conf.d/docker-clean"
        : "RUN --mount=type=cache,target=" + place.folder();
  }
}
