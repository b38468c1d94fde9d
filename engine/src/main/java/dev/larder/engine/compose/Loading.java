package dev.larder.engine.compose;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Reads the files of a project into one tree: variables replaced, in canonical form, paths
 * absolute, {@code include} and {@code extends} done, later files laid over earlier ones.
 */
final class Loading {
  private static final List<String> SHARED =
      List.of("services", "networks", "volumes", "secrets", "configs");

  private final Path caller;
  private final Set<String> unset = new TreeSet<>();

  /**
   * @param caller the folder that file names in messages are relative to
   */
  Loading(Path caller) {
    this.caller = caller;
  }

  /** Variables that were asked for without a default and have no value. */
  Set<String> unset() {
    return unset;
  }

  /**
   * Reads files that belong together.
   *
   * @param folder where their relative paths start
   * @param including files that led here by {@code include}
   */
  Yaml.Fields load(
      List<Path> files, Path folder, Map<String, String> variables, List<Path> including)
      throws ComposeException, IOException {
    Yaml.Fields all = Yaml.Fields.none(new Place(shown(files.getFirst()), 1, 1));
    for (Path file : files) {
      Scope scope = new Scope(file, folder, variables);
      Yaml.Fields one = extended(read(scope), scope);
      one = included(one, folder, variables, append(including, files));
      all = Merging.over(all, one);
    }
    return all;
  }

  /** A file and what its values are read with. */
  private record Scope(Path file, Path folder, Map<String, String> variables) {}

  /** A service of a file. */
  private record Target(Path file, String service) {}

  private static List<Path> append(List<Path> some, List<Path> more) {
    List<Path> all = new ArrayList<>(some);
    all.addAll(more);
    return all;
  }

  private Yaml.Fields read(Scope scope) throws ComposeException, IOException {
    Yaml yaml = Yaml.parse(shown(scope.file()), text(scope.file()));
    if (!(yaml instanceof Yaml.Fields)) {
      throw ComposeException.at(yaml.at(), scope.file() + " must be a mapping, not " + yaml.kind());
    }
    Variables variables = new Variables(scope.variables());
    Yaml.Fields replaced = (Yaml.Fields) variables.replaceIn(yaml);
    unset.addAll(variables.unset());
    return AbsolutePaths.of(Canonical.of(replaced), scope.folder(), scope.variables());
  }

  private static String text(Path file) throws ComposeException, IOException {
    try {
      return Files.readString(file);
    } catch (NoSuchFileException e) {
      throw new ComposeException("read " + file + ": there is no such file");
    }
  }

  private String shown(Path file) {
    return file.startsWith(caller) ? caller.relativize(file).toString() : file.toString();
  }

  private Yaml.Fields extended(Yaml.Fields file, Scope scope) throws ComposeException, IOException {
    Yaml.Fields services = file.fields("services");
    for (String name : services.fields().keySet()) {
      services = services.with(name, service(name, file, scope, List.of()));
    }
    return services.fields().isEmpty() ? file : file.with("services", services);
  }

  /** A service with what it extends. */
  private Yaml service(String name, Yaml.Fields file, Scope scope, List<Target> extending)
      throws ComposeException, IOException {
    Yaml written = file.fields("services").at(name);
    if (!(written instanceof Yaml.Fields service)
        || service.at("extends") instanceof Yaml.Nothing) {
      return written;
    }
    List<Target> chain = new ArrayList<>(extending);
    chain.add(new Target(scope.file(), name));
    Section extended = Section.of("services." + name + ".extends", service.at("extends"));
    Optional<String> otherFile = extended.text("file");
    String base =
        extended
            .text("service")
            .orElseThrow(
                () -> ComposeException.at(extended.at(), extended.name() + " needs a service"));
    extended.end(Set.of(), Set.of(), new TreeSet<>());
    Scope there = scope;
    Yaml.Fields below = file;
    if (otherFile.isPresent()) {
      Path path = Path.of(otherFile.get());
      there = new Scope(path, parent(path), scope.variables());
      below = read(there);
    }
    Yaml.Fields candidates = below.fields("services");
    if (!candidates.fields().containsKey(base)) {
      throw ComposeException.at(
          extended.at(),
          extended.name() + ": there is no service \"" + base + "\" in " + shown(there.file()),
          Nearest.hint(base, candidates.fields().keySet()));
    }
    if (chain.contains(new Target(there.file(), base))) {
      throw ComposeException.at(
          extended.at(), extended.name() + ": services extend each other in a circle: " + base);
    }
    return Merging.over(
        "services.*", service(base, below, there, chain), service.without("extends"));
  }

  private Yaml.Fields included(
      Yaml.Fields file, Path folder, Map<String, String> variables, List<Path> including)
      throws ComposeException, IOException {
    Yaml include = file.at("include");
    Yaml.Fields all = file.without("include");
    if (include instanceof Yaml.Nothing) {
      return all;
    }
    List<Yaml> entries = include instanceof Yaml.Items items ? items.items() : List.of(include);
    for (Yaml entry : entries) {
      all = imported(all, include(entry, folder, variables, including), entry);
    }
    return all;
  }

  private Yaml.Fields include(
      Yaml entry, Path folder, Map<String, String> variables, List<Path> including)
      throws ComposeException, IOException {
    Section section =
        Section.of(
            "include",
            entry instanceof Yaml.Scalar s ? Yaml.Fields.none(s.at()).with("path", s) : entry);
    List<Path> paths = section.texts("path").stream().map(p -> at(folder, variables, p)).toList();
    if (paths.isEmpty()) {
      throw ComposeException.at(entry.at(), "include needs a path");
    }
    for (Path path : paths) {
      if (including.contains(path)) {
        throw ComposeException.at(
            entry.at(), "include: " + shown(path) + " is included by what it includes");
      }
    }
    Path inside =
        section
            .text("project_directory")
            .map(p -> at(folder, variables, p))
            .orElse(parent(paths.getFirst()));
    List<Path> envFiles =
        section.texts("env_file").stream().map(p -> at(folder, variables, p)).toList();
    section.end(Set.of(), Set.of(), new TreeSet<>());
    return load(paths, inside, withFiles(envFiles, inside, variables, entry), including);
  }

  private static Path at(Path folder, Map<String, String> variables, String text) {
    return AbsolutePaths.path(folder, variables.getOrDefault("HOME", "/root"), text);
  }

  /** Variables that are there, and those of files; without a file those of {@code .env}. */
  private static Map<String, String> withFiles(
      List<Path> files, Path folder, Map<String, String> variables, Yaml entry)
      throws ComposeException, IOException {
    Map<String, String> all = new HashMap<>();
    if (files.isEmpty()) {
      EnvFile.read(folder.resolve(".env"), variables).ifPresent(all::putAll);
    }
    for (Path file : files) {
      all.putAll(
          EnvFile.read(file, variables)
              .orElseThrow(
                  () ->
                      ComposeException.at(
                          entry.at(), "include.env_file: there is no file " + file)));
    }
    all.putAll(variables);
    return all;
  }

  /** Adds what an included project has; the same name must not mean two things. */
  private static Yaml.Fields imported(Yaml.Fields into, Yaml.Fields from, Yaml entry)
      throws ComposeException {
    Yaml.Fields all = into;
    for (String key : SHARED) {
      Yaml.Fields mine = all.fields(key);
      SequencedMap<String, Yaml.Field> names = new LinkedHashMap<>(mine.fields());
      for (Map.Entry<String, Yaml.Field> theirs : from.fields(key).fields().entrySet()) {
        Yaml.@Nullable Field known = names.putIfAbsent(theirs.getKey(), theirs.getValue());
        if (known != null && !Yaml.same(known.value(), theirs.getValue().value())) {
          throw ComposeException.at(
              known.key(),
              key + "." + theirs.getKey() + " is also in what " + entry.at() + " includes",
              "give one of them another name, or change the included one in an override file");
        }
      }
      if (!names.isEmpty()) {
        all = all.with(key, new Yaml.Fields(mine.at(), names));
      }
    }
    return all;
  }

  private static Path parent(Path file) {
    Path parent = file.getParent();
    return parent == null ? Path.of("/") : parent;
  }
}
