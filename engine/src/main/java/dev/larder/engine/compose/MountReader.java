package dev.larder.engine.compose;

import dev.larder.engine.service.Mount;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.Set;

/** Reads volumes, binds, tmpfs and secrets of a service. */
final class MountReader {
  private final Section service;
  private final Context context;

  /** By target: what an override file says of the same target wins. */
  private final SequencedMap<String, Mount> mounts = new LinkedHashMap<>();

  private MountReader(Section service, Context context) {
    this.service = service;
    this.context = context;
  }

  static List<Mount> read(Section service, Context context) throws ComposeException {
    MountReader reader = new MountReader(service, context);
    for (Yaml item : service.items("volumes")) {
      if (!(item instanceof Yaml.Fields fields)) {
        throw Section.needs(service.name() + ".volumes", "volumes", item);
      }
      reader.readMapping(fields);
    }
    for (String text : service.texts("tmpfs")) {
      reader.tmpfs(text);
    }
    reader.secrets();
    return List.copyOf(reader.mounts.values());
  }

  private void add(Mount mount) {
    mounts.put(mount.target(), mount);
  }

  private String target(Yaml at, String target) throws ComposeException {
    if (!target.startsWith("/")) {
      throw ComposeException.at(
          at.at(), service.name() + ".volumes: the target \"" + target + "\" must begin with /");
    }
    return Path.of(target).normalize().toString();
  }

  private String volume(Yaml at, String key) throws ComposeException {
    String name = context.volumes().get(key);
    if (name == null) {
      String near = Nearest.hint(key, context.volumes().keySet());
      throw ComposeException.at(
          at.at(),
          service.name() + " uses volume \"" + key + "\", which is not under volumes:",
          near.isEmpty() ? "a folder of the host begins with ./ or /" : near);
    }
    return name;
  }

  private void anonymous(Yaml at, String target, boolean readOnly) throws ComposeException {
    String path = target(at, target);
    String key = service.name().substring(service.name().lastIndexOf('.') + 1);
    add(new Mount.Volume(anonymousName(context.project(), key, path), path, readOnly, true));
  }

  /** The name of a volume that has none: the same for the same path of the same service. */
  static String anonymousName(String project, String service, String target) {
    String safe = target.substring(1).replaceAll("[^A-Za-z0-9.-]", "-");
    return project + "_" + service + "_" + safe + "_" + Integer.toHexString(target.hashCode());
  }

  private void readMapping(Yaml.Fields f) throws ComposeException {
    Section v = Section.of(service.name() + ".volumes", f);
    String type = v.text("type").orElse("volume");
    String source = v.text("source").or(() -> takeQuietly(v, "src")).orElse("");
    String target =
        target(
            f,
            v.text("target")
                .or(() -> takeQuietly(v, "destination"))
                .orElseThrow(
                    () -> ComposeException.at(f.at(), service.name() + ".volumes needs a target")));
    boolean readOnly = v.flag("read_only");
    Section bind = v.section("bind");
    boolean create = bind.flag("create_host_path");
    bind.end(Set.of("propagation", "selinux"), Set.of(), context.notDone());
    Section volume = v.section("volume");
    boolean copy = !volume.flag("nocopy");
    volume.end(Set.of(), Set.of("subpath"), context.notDone());
    Section tmpfs = v.section("tmpfs");
    OptionalLong size = tmpfs.bytes("size");
    OptionalInt mode = tmpfs.number("mode").map(OptionalInt::of).orElse(OptionalInt.empty());
    tmpfs.end(Set.of(), Set.of(), context.notDone());
    v.end(Set.of("consistency"), Set.of(), context.notDone());
    switch (type) {
      case "bind" -> add(new Mount.Bind(context.path(source), target, readOnly, create));
      case "tmpfs" -> add(new Mount.Tmpfs(target, size, mode));
      case "volume" -> {
        if (source.isEmpty()) {
          anonymous(f, target, readOnly);
        } else {
          add(new Mount.Volume(volume(f, source), target, readOnly, copy));
        }
      }
      default ->
          throw ComposeException.at(
              f.at(),
              service.name() + ".volumes: unknown type \"" + type + "\"",
              "one of bind, tmpfs, volume");
    }
  }

  private static java.util.Optional<String> takeQuietly(Section section, String key) {
    return section.take(key).map(y -> y instanceof Yaml.Scalar s ? s.text() : "");
  }

  private static OptionalInt octal(String text) {
    return text.matches("0?o?[0-7]{1,4}")
        ? OptionalInt.of(Integer.parseInt(text.replace("o", ""), 8))
        : OptionalInt.empty();
  }

  /** {@code /run} or {@code /run:size=64m,mode=1777}. */
  private void tmpfs(String text) throws ComposeException {
    int colon = text.indexOf(':');
    String target = colon < 0 ? text : text.substring(0, colon);
    OptionalLong size = OptionalLong.empty();
    OptionalInt mode = OptionalInt.empty();
    if (colon >= 0) {
      for (String option : text.substring(colon + 1).split(",")) {
        if (option.startsWith("size=")) {
          size = Quantities.bytes(option.substring("size=".length()));
        } else if (option.startsWith("mode=")) {
          mode = octal(option.substring("mode=".length()));
        }
      }
    }
    if (!target.startsWith("/")) {
      throw ComposeException.at(
          service.at(), service.name() + ".tmpfs: \"" + target + "\" must begin with /");
    }
    add(new Mount.Tmpfs(Path.of(target).normalize().toString(), size, mode));
  }

  private void secrets() throws ComposeException {
    List<Yaml> items = new ArrayList<>(service.items("secrets"));
    for (Yaml item : items) {
      Section s = Section.of(service.name() + ".secrets", item);
      String source = s.text("source").orElse("");
      String target = s.text("target").orElse(source);
      s.end(Set.of(), Set.of("uid", "gid", "mode"), context.notDone());
      Build.Secret secret = SecretReader.find(context, item.at(), service.name(), source);
      String path = target.startsWith("/") ? target : "/run/secrets/" + target;
      switch (secret) {
        case Build.Secret.File file -> add(new Mount.Bind(file.path(), path, true, false));
        case Build.Secret.Variable v ->
            context.notDone().add(service.name() + ".secrets (" + source + " of a variable)");
      }
    }
  }
}
