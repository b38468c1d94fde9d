package dev.larder.engine.compose;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Finds and reads the compose files of a project.
 *
 * <p>Names and their order are those of compose: {@code compose.yaml}, {@code compose.yml}, {@code
 * docker-compose.yml}, {@code docker-compose.yaml}, in a folder or the nearest one above it, each
 * with an override file beside it.
 */
public final class ComposeFiles {
  private static final List<String> NAMES =
      List.of("compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml");
  private static final List<String> OVERRIDES =
      List.of(
          "compose.override.yml",
          "compose.override.yaml",
          "docker-compose.override.yml",
          "docker-compose.override.yaml");
  private static final Pattern PROJECT_NAME = Pattern.compile("[a-z0-9][a-z0-9_-]*");

  private final Path folder;
  private final Map<String, String> environment;
  private final List<String> warnings = new ArrayList<>();

  private ComposeFiles(Path folder, Map<String, String> environment) {
    this.folder = folder;
    this.environment = environment;
  }

  /**
   * What the user names on the command line.
   *
   * @param files compose files; none means {@code COMPOSE_FILE}, or those that are found
   * @param envFiles files of variables in place of {@code .env}
   * @param folder the project's folder in place of the first file's
   * @param name the project's name
   */
  public record Named(
      List<Path> files, List<Path> envFiles, Optional<Path> folder, Optional<String> name) {
    /** Nothing. */
    public static Named none() {
      return new Named(List.of(), List.of(), Optional.empty(), Optional.empty());
    }
  }

  /**
   * Reads a project.
   *
   * @param folder where the user is
   * @param environment variables of the user; {@code COMPOSE_FILE} and {@code COMPOSE_PROJECT_NAME}
   *     among them
   * @throws ComposeException if there is no file, or one has an error
   */
  public static Project read(Path folder, Named named, Map<String, String> environment)
      throws ComposeException, IOException {
    return new ComposeFiles(folder.toAbsolutePath().normalize(), environment).read(named);
  }

  /** Whether a folder, or one above it, has a compose file, or the environment names one. */
  public static boolean isThere(Path folder, Map<String, String> environment) {
    if (!environment.getOrDefault("COMPOSE_FILE", "").isEmpty()) {
      return true;
    }
    for (Path at = folder.toAbsolutePath().normalize(); at != null; at = at.getParent()) {
      if (!present(at, NAMES).isEmpty()) {
        return true;
      }
    }
    return false;
  }

  /**
   * What the files of a project come to, without a look at whether this program can run it.
   *
   * @throws ComposeException as {@link #read}
   */
  public static Model model(Path folder, Named named, Map<String, String> environment)
      throws ComposeException, IOException {
    ComposeFiles files = new ComposeFiles(folder.toAbsolutePath().normalize(), environment);
    return new Model(files.resolved(named).tree(), List.copyOf(files.warnings));
  }

  /** A project's files as one tree. */
  private record Resolved(
      String name, List<Path> files, Path folder, Map<String, String> variables, Yaml.Fields tree) {
    Context context() {
      return new Context(name, folder, variables, new LinkedHashMap<>(), new LinkedHashMap<>());
    }
  }

  private Resolved resolved(Named named) throws ComposeException, IOException {
    List<Path> files = named.files().isEmpty() ? find(named) : absolute(named.files());
    Path at = named.folder().map(folder::resolve).orElse(parent(files.getFirst())).normalize();
    Map<String, String> variables = variables(named, at);

    Loading loading = new Loading(folder);
    Yaml.Fields tree = loading.load(files, at, variables, List.of());
    for (String name : loading.unset()) {
      warnings.add("variable " + name + " is not set; it counts as empty");
    }
    String name = name(Section.of("", tree), named.name(), at, variables);
    return new Resolved(name, files, at, variables, Resolving.of(tree, name, at, variables));
  }

  private Project read(Named named) throws ComposeException, IOException {
    Resolved resolved = resolved(named);
    return project(resolved.tree(), resolved.name(), resolved.files(), resolved.context());
  }

  private Map<String, String> variables(Named named, Path at) throws ComposeException, IOException {
    Map<String, String> variables = new HashMap<>();
    if (named.envFiles().isEmpty()) {
      EnvFile.read(at.resolve(".env"), environment).ifPresent(variables::putAll);
    }
    for (Path file : absolute(named.envFiles())) {
      variables.putAll(
          EnvFile.read(file, environment)
              .orElseThrow(() -> new ComposeException("read " + file + ": there is no such file")));
    }
    variables.putAll(environment);
    return variables;
  }

  private Project project(Yaml.Fields tree, String name, List<Path> files, Context paths)
      throws ComposeException {
    Section root = Section.of("", tree);
    root.take("version");
    root.take("name");
    Set<String> external = new TreeSet<>();
    Context context =
        new Context(
            name,
            paths.folder(),
            paths.environment(),
            volumes(root, paths.notDone(), external),
            SecretReader.read(root.section("secrets"), paths::path, paths.notDone()),
            paths.notDone(),
            warnings);
    networks(root, context);
    SequencedMap<String, Service> services = new LinkedHashMap<>();
    for (Map.Entry<String, Yaml.Field> entry : root.section("services").rest().entrySet()) {
      services.put(
          entry.getKey(), ServiceReader.read(entry.getKey(), entry.getValue().value(), context));
    }
    root.end(Set.of(), Set.of("configs", "models"), context.notDone());
    if (services.isEmpty()) {
      throw new ComposeException(shown(files.getFirst()) + ": there are no services");
    }
    StartOrder.of(services, services.keySet());
    if (!context.notDone().isEmpty()) {
      warnings.add("not done, and left aside: " + String.join(", ", context.notDone()));
    }
    return new Project(
        name,
        context.folder(),
        files,
        services,
        context.volumes(),
        external,
        List.copyOf(warnings));
  }

  private static SequencedMap<String, String> volumes(
      Section root, Set<String> notDone, Set<String> external) throws ComposeException {
    SequencedMap<String, String> names = new LinkedHashMap<>();
    for (Map.Entry<String, Yaml.Field> entry : root.section("volumes").rest().entrySet()) {
      Section volume = Section.of("volumes." + entry.getKey(), entry.getValue().value());
      if (volume.flag("external")) {
        external.add(entry.getKey());
      }
      String name = volume.text("name").orElse(entry.getKey());
      volume.end(Set.of("labels"), Set.of("driver", "driver_opts"), notDone);
      if (!name.matches("[A-Za-z0-9][A-Za-z0-9_.-]*")) {
        throw ComposeException.at(
            entry.getValue().key(), "not a name of a volume: \"" + name + "\"");
      }
      names.put(entry.getKey(), name);
    }
    return names;
  }

  private static void networks(Section root, Context context) throws ComposeException {
    boolean others =
        root.section("networks").rest().keySet().stream().anyMatch(n -> !n.equals("default"));
    if (others) {
      context.notDone().add("networks (all services share one)");
    }
  }

  private static String name(
      Section root, Optional<String> given, Path folder, Map<String, String> variables)
      throws ComposeException {
    Optional<String> ofFile = root.text("name");
    Optional<String> wanted =
        given
            .or(() -> Optional.ofNullable(variables.get("COMPOSE_PROJECT_NAME")))
            .filter(n -> !n.isEmpty())
            .or(() -> ofFile);
    if (wanted.isPresent()) {
      if (!PROJECT_NAME.matcher(wanted.get()).matches()) {
        throw new ComposeException(
            "not a project name: \"" + wanted.get() + "\"",
            "lower-case letters, digits, - and _, beginning with a letter or digit");
      }
      return wanted.get();
    }
    Path last = folder.getFileName();
    String normal =
        (last == null ? "" : last.toString())
            .toLowerCase(Locale.ROOT)
            .replaceAll("[^a-z0-9_-]", "")
            .replaceAll("^[_-]+", "");
    if (normal.isEmpty()) {
      throw new ComposeException(
          "no project name can be made of the folder " + folder,
          "write name: at the top of the compose file");
    }
    return normal;
  }

  private List<Path> absolute(List<Path> files) {
    return files.stream().map(f -> folder.resolve(f).normalize()).toList();
  }

  private List<Path> find(Named given) throws ComposeException, IOException {
    Map<String, String> variables = variables(given, folder);
    String named = variables.getOrDefault("COMPOSE_FILE", "");
    if (!named.isEmpty()) {
      String separator = variables.getOrDefault("COMPOSE_PATH_SEPARATOR", ":");
      List<Path> files = new ArrayList<>();
      for (String part : named.split(Pattern.quote(separator))) {
        files.add(folder.resolve(part).normalize());
      }
      return files;
    }
    for (Path at = folder; at != null; at = at.getParent()) {
      List<Path> found = present(at, NAMES);
      if (!found.isEmpty()) {
        if (found.size() > 1) {
          warnings.add("there are several compose files in " + at + "; using " + found.getFirst());
        }
        List<Path> files = new ArrayList<>(found.subList(0, 1));
        files.addAll(present(at, OVERRIDES).stream().limit(1).toList());
        return files;
      }
    }
    throw new ComposeException(
        "no compose file in "
            + folder
            + " or a folder above it (looked for "
            + String.join(", ", NAMES)
            + ")",
        "go to the project's folder, or name the file by COMPOSE_FILE");
  }

  private static List<Path> present(Path at, List<String> names) {
    return names.stream().map(at::resolve).filter(Files::isRegularFile).toList();
  }

  private String shown(Path file) {
    return file.startsWith(folder) ? folder.relativize(file).toString() : file.toString();
  }

  private static Path parent(Path file) {
    Path parent = file.getParent();
    return parent == null ? Path.of("/") : parent;
  }
}
