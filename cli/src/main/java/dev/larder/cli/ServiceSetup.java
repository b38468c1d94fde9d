package dev.larder.cli;

import dev.larder.engine.compose.ComposeException;
import dev.larder.engine.compose.ComposeFiles;
import dev.larder.engine.compose.EngineImages;
import dev.larder.engine.compose.Model;
import dev.larder.engine.compose.Project;
import dev.larder.engine.dockerfile.Suggestion;
import dev.larder.engine.service.ServiceStatus;
import dev.larder.engine.service.Services;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** What the commands about services share: the project of the place, and the services. */
final class ServiceSetup {
  /** A supervisor waits most of the time, and there is one for each service. */
  private static final String SUPERVISOR_HEAP = "-Xmx64m";

  private ServiceSetup() {}

  static void addTo(CommandSpec spec) {
    spec.addOption(Options.values("FILE", "Compose file", "-f", "--file"));
    spec.addOption(Options.values("FILE", "File of variables in place of .env", "--env-file"));
    spec.addOption(Options.value("FOLDER", "Where relative paths start", "--project-directory"));
    spec.addOption(Options.value("NAME", "Name of the project", "-p", "--project-name"));
  }

  static void addProfile(CommandSpec spec) {
    spec.addOption(Options.values("NAME", "Profile to enable", "--profile"));
  }

  /** The active profiles: those that were given, and those of {@code COMPOSE_PROFILES}. */
  static Set<String> profiles(ParseResult given, Invocation invocation) {
    Set<String> profiles = new LinkedHashSet<>(Options.all(given, "profile"));
    invocation
        .variable("COMPOSE_PROFILES")
        .ifPresent(names -> profiles.addAll(List.of(names.split(","))));
    return profiles;
  }

  /** The project of the folder that the caller stands in, or of one above it. */
  static Project project(ParseResult given, Invocation invocation)
      throws FailureException, IOException {
    try {
      Project project =
          ComposeFiles.read(invocation.directory(), named(given), invocation.environment());
      warn(project.warnings(), invocation);
      return project;
    } catch (ComposeException e) {
      throw failure(e);
    }
  }

  private static ComposeFiles.Named named(ParseResult given) {
    return new ComposeFiles.Named(
        paths(given, "file"),
        paths(given, "env-file"),
        Options.one(given, "project-directory").map(Path::of),
        Options.one(given, "project-name"));
  }

  private static void warn(List<String> warnings, Invocation invocation) {
    warnings.forEach(text -> invocation.err().println("WARNING: " + text));
  }

  /** What the compose files of the place come to. */
  static Model model(ParseResult given, Invocation invocation)
      throws FailureException, IOException {
    try {
      Model model =
          ComposeFiles.model(invocation.directory(), named(given), invocation.environment());
      warn(model.warnings(), invocation);
      return model;
    } catch (ComposeException e) {
      throw failure(e);
    }
  }

  private static List<Path> paths(ParseResult given, String option) {
    return Options.all(given, option).stream().map(Path::of).toList();
  }

  static FailureException failure(ComposeException e) {
    return new FailureException(String.valueOf(e.getMessage()), e.hint().orElse(""));
  }

  /** The services of this home; a supervisor is this program, started as this process was. */
  static Services services(Invocation invocation) throws IOException {
    return new Services(
        Files.createDirectories(invocation.home()).toRealPath(),
        superviseCommand(),
        invocation.variable("PATH").orElse("/usr/sbin:/usr/bin:/sbin:/bin"));
  }

  private static List<String> superviseCommand() throws IOException {
    String line =
        new String(Files.readAllBytes(Path.of("/proc/self/cmdline")), StandardCharsets.UTF_8);
    List<String> command = new ArrayList<>();
    for (String word : line.split("\0")) {
      command.add(word.startsWith("-Xmx") ? SUPERVISOR_HEAP : word);
      if (word.equals(Main.class.getName())) {
        command.add(SuperviseCommand.NAME);
        return command;
      }
    }
    throw new IOException(
        "start services: this process was not started as " + Main.class.getName());
  }

  /** The services that were named, or all of the project that were ever started. */
  static List<String> names(ParseResult given, Project project, Services services)
      throws FailureException, IOException {
    List<String> named = Options.arguments(given);
    List<String> started =
        services.list().stream()
            .filter(status -> status.project().equals(project.name()))
            .map(ServiceStatus::service)
            .toList();
    if (named.isEmpty()) {
      return started;
    }
    known(named.stream().filter(name -> !started.contains(name)).toList(), project);
    return named;
  }

  /**
   * The names, each of a service of the project.
   *
   * @throws FailureException if one is not
   */
  static List<String> known(List<String> names, Project project) throws FailureException {
    for (String name : names) {
      if (!project.services().containsKey(name)) {
        throw new FailureException(
            "no such service: " + name,
            Suggestion.hint("", name, List.copyOf(project.services().keySet())));
      }
    }
    return names;
  }

  /** What the options that a command has say of builds. */
  static EngineImages.Options imageOptions(ParseResult given, Invocation invocation)
      throws UsageException {
    return new EngineImages.Options(
        Options.on(given, "no-cache"),
        pull(given),
        BuildValues.platform(Optional.empty()),
        Options.choice(given, "cache-scope", "machine", "project"),
        !Options.choice(given, "trust", "host", "none"),
        Options.on(given, "normalize-modes"),
        BuildValues.reset(Options.all(given, "reset-mounts")),
        BuildValues.fetch(given),
        invocation.variable("SSH_AUTH_SOCK").map(invocation.directory()::resolve));
  }

  /** {@code --pull} alone, as {@code build} has it, or with a policy, as {@code up} has it. */
  private static boolean pull(ParseResult given) throws UsageException {
    if (!given.hasMatchedOption("pull")) {
      return false;
    }
    Object value = given.matchedOptionValue("pull", (Object) "");
    String word = String.valueOf(value);
    if (!List.of("true", "false", "always", "missing", "never", "policy").contains(word)) {
      throw new UsageException("--pull " + word + ": expected always, missing or never");
    }
    return word.equals("true") || word.equals("always");
  }

  /**
   * A number of seconds, or a duration as compose writes it: {@code 90}, {@code 90s}, {@code 2m}.
   */
  static Optional<Duration> duration(ParseResult given, String option) throws UsageException {
    Optional<String> text = Options.one(given, option);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    Matcher matcher = Pattern.compile("([0-9]{1,6})(s|m|)").matcher(text.get());
    if (!matcher.matches()) {
      throw new UsageException(
          "--" + option + " " + text.get() + ": expected seconds, for instance 90");
    }
    long number = Long.parseLong(matcher.group(1));
    return Optional.of(Duration.ofSeconds(matcher.group(2).equals("m") ? number * 60 : number));
  }
}
