package dev.larder.engine.compose;

import dev.larder.engine.build.BuildRequest;
import dev.larder.engine.graph.Entitlement;
import dev.larder.engine.graph.Limits;
import dev.larder.engine.graph.Ulimit;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;

/** Reads {@code build}: a context alone, or a mapping. */
final class BuildReader {
  private static final Set<String> HARMLESS = Set.of("cache_from", "cache_to", "platforms");
  private static final Set<String> NOT_DONE =
      Set.of("isolation", "provenance", "sbom", "no_cache_filter");

  private BuildReader() {}

  static Optional<Build> read(Section service, Context context) throws ComposeException {
    Optional<Yaml> value = service.take("build");
    if (value.isEmpty()) {
      return Optional.empty();
    }
    String name = service.name() + ".build";
    Section build = Section.of(name, value.get());
    Build read =
        new Build(
            context(build, context),
            build.text("dockerfile").orElse("Dockerfile"),
            build.text("dockerfile_inline"),
            build.text("target"),
            texts(build.pairs("args")),
            texts(build.pairs("additional_contexts")),
            secrets(build, context),
            agents(build, context),
            build.text("network"),
            allowed(build),
            new Limits(build.bytes("shm_size"), ulimits(build)),
            hosts(build),
            List.copyOf(build.texts("tags")),
            texts(build.pairs("labels")),
            build.flag("no_cache"),
            build.flag("pull"));
    build.end(HARMLESS, NOT_DONE, context.notDone());
    return Optional.of(read);
  }

  private static BuildRequest.Context context(Section build, Context context)
      throws ComposeException {
    String text = build.text("context").orElse(".");
    Path folder = context.path(text);
    try {
      return Files.isDirectory(folder)
          ? new BuildRequest.Context.Folder(folder)
          : BuildRequest.Context.remote(text)
              .orElseGet(() -> new BuildRequest.Context.Folder(folder));
    } catch (IllegalArgumentException e) {
      throw ComposeException.at(
          build.at(), build.name() + ".context: \"" + text + "\": " + e.getMessage());
    }
  }

  /** {@code ssh}: {@code default}, or {@code ID=SOCKET}. */
  private static SequencedMap<String, String> agents(Section build, Context context)
      throws ComposeException {
    SequencedMap<String, String> agents = new LinkedHashMap<>();
    for (String text : build.texts("ssh")) {
      int equals = text.indexOf('=');
      String socket = equals < 0 ? "" : text.substring(equals + 1);
      agents.put(
          equals < 0 ? text : text.substring(0, equals),
          socket.isEmpty() ? "" : context.path(socket).toString());
    }
    return agents;
  }

  /** {@code nofile: 1024}, or {@code nofile: {soft: 1024, hard: 2048}}. */
  private static List<Ulimit> ulimits(Section build) throws ComposeException {
    List<Ulimit> limits = new ArrayList<>();
    for (Map.Entry<String, Yaml.Field> entry : build.section("ulimits").rest().entrySet()) {
      String name = build.name() + ".ulimits." + entry.getKey();
      Yaml value = entry.getValue().value();
      String text;
      if (value instanceof Yaml.Fields fields) {
        Section both = Section.of(name, fields);
        text = both.text("soft").orElse("") + ":" + both.text("hard").orElse("");
        both.end(Set.of(), Set.of(), Set.of());
      } else {
        text = Section.text(name, value);
      }
      try {
        limits.add(Ulimit.parse(entry.getKey() + "=" + text));
      } catch (IllegalArgumentException e) {
        throw ComposeException.at(
            value.at(), name + ": " + e.getMessage(), "a number, or soft and hard");
      }
    }
    return limits;
  }

  private static Set<Entitlement> allowed(Section build) throws ComposeException {
    Set<Entitlement> allowed = EnumSet.noneOf(Entitlement.class);
    for (Yaml item : build.items("entitlements")) {
      try {
        allowed.add(Entitlement.parse(Section.text(build.name() + ".entitlements", item)));
      } catch (IllegalArgumentException e) {
        throw ComposeException.at(
            item.at(),
            build.name() + ".entitlements: " + e.getMessage(),
            "one of " + Entitlement.known());
      }
    }
    if (build.flag("privileged")) {
      allowed.add(Entitlement.SECURITY_INSECURE);
    }
    return allowed;
  }

  private static SequencedMap<String, Build.Secret> secrets(Section build, Context context)
      throws ComposeException {
    SequencedMap<String, Build.Secret> secrets = new LinkedHashMap<>();
    for (Yaml item : build.items("secrets")) {
      Section s = Section.of(build.name() + ".secrets", item);
      String source = s.text("source").orElse("");
      String id = s.text("target").orElse(source);
      s.end(Set.of("uid", "gid", "mode"), Set.of(), context.notDone());
      secrets.put(id, SecretReader.find(context, item.at(), build.name(), source));
    }
    return secrets;
  }

  /** {@code extra_hosts}: {@code name=address}. */
  static SequencedMap<String, String> hosts(Section section) throws ComposeException {
    SequencedMap<String, String> hosts = new LinkedHashMap<>();
    for (String text : section.texts("extra_hosts")) {
      int equals = text.indexOf('=');
      if (equals <= 0) {
        throw ComposeException.at(
            section.at(), section.name() + ".extra_hosts: \"" + text + "\" is not name:address");
      }
      hosts.put(text.substring(0, equals), text.substring(equals + 1));
    }
    return hosts;
  }

  static SequencedMap<String, String> texts(SequencedMap<String, Optional<String>> pairs) {
    SequencedMap<String, String> texts = new LinkedHashMap<>();
    pairs.forEach((name, value) -> texts.put(name, value.orElse("")));
    return texts;
  }
}
