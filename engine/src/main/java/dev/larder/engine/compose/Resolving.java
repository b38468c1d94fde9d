package dev.larder.engine.compose;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeSet;

/**
 * Puts in what a project's files leave unsaid: the default network, names on the machine, values of
 * variables and of {@code env_file}, dependencies that follow from other keys.
 */
final class Resolving {
  private final String project;
  private final Path folder;
  private final Map<String, String> variables;

  private Resolving(String project, Path folder, Map<String, String> variables) {
    this.project = project;
    this.folder = folder;
    this.variables = variables;
  }

  static Yaml.Fields of(
      Yaml.Fields tree, String project, Path folder, Map<String, String> variables)
      throws ComposeException, IOException {
    Resolving resolving = new Resolving(project, folder, variables);
    Yaml.Fields all = tree.with("name", text(tree, project));
    Yaml.Fields services = tree.fields("services");
    for (String name : services.fields().keySet()) {
      if (services.at(name) instanceof Yaml.Fields service) {
        services = services.with(name, resolving.service("services." + name, service));
      }
    }
    all = all.with("services", services);
    Yaml.Fields networks = tree.fields("networks");
    if (!networks.fields().containsKey("default")) {
      networks = networks.with("default", Yaml.Fields.none(tree.at()));
    }
    all = all.with("networks", resolving.named(networks));
    for (String key : List.of("volumes", "secrets", "configs")) {
      if (tree.fields().containsKey(key)) {
        all = all.with(key, resolving.named(tree.fields(key)));
      }
    }
    return all;
  }

  private static Yaml.Scalar text(Yaml at, String text) {
    return new Yaml.Scalar(at.at(), text);
  }

  private static boolean has(Yaml.Fields fields, String key) {
    return !(fields.at(key) instanceof Yaml.Nothing);
  }

  private static String string(Yaml.Fields fields, String key) {
    return fields.at(key) instanceof Yaml.Scalar s ? s.text() : "";
  }

  /** Things of the machine: each has a name, the project's own begin with the project's. */
  private Yaml.Fields named(Yaml.Fields things) {
    Yaml.Fields all = things;
    for (String key : things.fields().keySet()) {
      Yaml thing = things.at(key);
      Yaml.Fields fields = thing instanceof Yaml.Fields f ? f : Yaml.Fields.none(thing.at());
      boolean usable = thing instanceof Yaml.Fields || thing instanceof Yaml.Nothing;
      if (usable && !has(fields, "name")) {
        boolean external = string(fields, "external").equals("true");
        fields = fields.with("name", text(fields, external ? key : project + "_" + key));
      }
      all = usable ? all.with(key, fields) : all;
    }
    return all;
  }

  private Yaml.Fields service(String name, Yaml.Fields service)
      throws ComposeException, IOException {
    Yaml.Fields all = environment(name, service).without("env_file");
    if (!has(all, "network_mode") && !has(all, "networks")) {
      Yaml.Fields none = Yaml.Fields.none(all.at());
      all = all.with("networks", none.with("default", new Yaml.Nothing(all.at())));
    }
    if (all.at("build") instanceof Yaml.Fields build) {
      all = all.with("build", build(build));
    }
    return dependencies(all);
  }

  private Yaml.Fields build(Yaml.Fields build) {
    Yaml.Fields all = build;
    if (!has(all, "dockerfile") && !has(all, "dockerfile_inline")) {
      all = all.with("dockerfile", text(all, "Dockerfile"));
    }
    if (!has(all, "context")) {
      all = all.with("context", text(all, folder.toString()));
    }
    if (all.at("args") instanceof Yaml.Fields args) {
      Yaml.Fields known = known(args);
      for (String name : args.fields().keySet()) {
        known = known.at(name) instanceof Yaml.Nothing ? known.without(name) : known;
      }
      all = all.with("args", known);
    }
    return all;
  }

  /** Names without a value have that of the caller's variable, if there is one. */
  private Yaml.Fields known(Yaml.Fields pairs) {
    Yaml.Fields all = pairs;
    for (Map.Entry<String, Yaml.Field> pair : pairs.fields().entrySet()) {
      String value = variables.get(pair.getKey());
      if (pair.getValue().value() instanceof Yaml.Nothing n && value != null) {
        all = all.with(pair.getKey(), text(n, value));
      }
    }
    return all;
  }

  private Yaml.Fields environment(String name, Yaml.Fields service)
      throws ComposeException, IOException {
    SequencedMap<String, Yaml.Field> all = new LinkedHashMap<>();
    if (service.at("env_file") instanceof Yaml.Items files) {
      for (Yaml item : files.items()) {
        Section entry = Section.of(name + ".env_file", item);
        Path file = Path.of(entry.text("path").orElse(""));
        boolean required = !entry.text("required").orElse("true").equals("false");
        boolean raw = entry.text("format").orElse("").equals("raw");
        entry.end(Set.of(), Set.of(), new TreeSet<>());
        Optional<SequencedMap<String, String>> read =
            raw ? EnvFile.readRaw(file) : EnvFile.read(file, variables);
        if (read.isEmpty() && required) {
          throw ComposeException.at(item.at(), name + ".env_file: there is no file " + file);
        }
        read.ifPresent(
            values ->
                values.forEach(
                    (key, value) -> all.put(key, new Yaml.Field(item.at(), text(item, value)))));
      }
    }
    if (service.at("environment") instanceof Yaml.Fields given) {
      all.putAll(known(given).fields());
    } else if (has(service, "environment")) {
      return service;
    }
    return all.isEmpty()
        ? service.without("environment")
        : service.with("environment", new Yaml.Fields(service.at(), all));
  }

  /** Who uses another one's links, volumes or namespaces is started after it. */
  private static Yaml.Fields dependencies(Yaml.Fields service) {
    SequencedMap<String, Yaml.Field> all = new LinkedHashMap<>();
    if (service.at("links") instanceof Yaml.Items links) {
      for (Yaml link : links.items()) {
        depend(all, link, link instanceof Yaml.Scalar s ? s.text().split(":", 2)[0] : "");
      }
    }
    for (String key : List.of("network_mode", "ipc", "pid", "uts", "cgroup")) {
      String value = string(service, key);
      if (value.startsWith("service:")) {
        depend(all, service.at(key), value.substring("service:".length()));
      }
    }
    if (service.at("volumes_from") instanceof Yaml.Items others) {
      for (Yaml other : others.items()) {
        String value = other instanceof Yaml.Scalar s ? s.text() : "";
        depend(all, other, value.startsWith("container:") ? "" : value.split(":", 2)[0]);
      }
    }
    for (Map.Entry<String, Yaml.Field> d : service.fields("depends_on").fields().entrySet()) {
      Yaml written = d.getValue().value();
      Yaml.Fields one = written instanceof Yaml.Fields f ? f : Yaml.Fields.none(written.at());
      one = has(one, "condition") ? one : one.with("condition", text(one, "service_started"));
      one = has(one, "required") ? one : one.with("required", text(one, "true"));
      all.put(d.getKey(), d.getValue().with(one));
    }
    return all.isEmpty() ? service : service.with("depends_on", new Yaml.Fields(service.at(), all));
  }

  private static void depend(SequencedMap<String, Yaml.Field> all, Yaml at, String on) {
    if (!on.isEmpty()) {
      Yaml.Fields one =
          Yaml.Fields.none(at.at())
              .with("condition", text(at, "service_started"))
              .with("restart", text(at, "true"))
              .with("required", text(at, "true"));
      all.put(on, new Yaml.Field(at.at(), one));
    }
  }
}
