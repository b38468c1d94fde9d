package dev.larder.engine.compose;

import java.nio.file.Path;
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
      Set.of(
          "ssh",
          "shm_size",
          "privileged",
          "ulimits",
          "entitlements",
          "isolation",
          "provenance",
          "sbom",
          "no_cache_filter");

  private BuildReader() {}

  static Optional<Build> read(Section service, Context context) throws ComposeException {
    Optional<Yaml> value = service.take("build");
    if (value.isEmpty()) {
      return Optional.empty();
    }
    String name = service.name() + ".build";
    Yaml yaml = value.get();
    if (yaml instanceof Yaml.Scalar s) {
      SequencedMap<String, Yaml.Field> fields = new LinkedHashMap<>();
      fields.put("context", new Yaml.Field(s.at(), s));
      yaml = new Yaml.Fields(s.at(), fields);
    }
    Section build = Section.of(name, yaml);
    Build read =
        new Build(
            folder(build, context),
            build.text("dockerfile").orElse("Dockerfile"),
            build.text("dockerfile_inline"),
            build.text("target"),
            args(build, context),
            contexts(build, context),
            secrets(build, context),
            build.text("network"),
            hosts(build),
            List.copyOf(build.texts("tags")),
            texts(build.pairs("labels")),
            build.flag("no_cache"),
            build.flag("pull"));
    build.end(HARMLESS, NOT_DONE, context.notDone());
    return Optional.of(read);
  }

  private static Path folder(Section build, Context context) throws ComposeException {
    String text = build.text("context").orElse(".");
    if (text.matches("[a-z+]+://.*|git@.*")) {
      throw ComposeException.at(
          build.at(),
          build.name()
              + ".context: \""
              + text
              + "\" is not a folder, and contexts of another kind"
              + " are not read from compose files yet",
          "clone it and name the folder");
    }
    return context.path(text);
  }

  /** An argument without a value has the environment's, if there is one. */
  private static SequencedMap<String, String> args(Section build, Context context)
      throws ComposeException {
    SequencedMap<String, String> args = new LinkedHashMap<>();
    build
        .pairs("args")
        .forEach(
            (name, value) ->
                value
                    .or(() -> Optional.ofNullable(context.environment().get(name)))
                    .ifPresent(v -> args.put(name, v)));
    return args;
  }

  private static SequencedMap<String, String> contexts(Section build, Context context)
      throws ComposeException {
    SequencedMap<String, String> contexts = new LinkedHashMap<>();
    build
        .pairs("additional_contexts")
        .forEach(
            (name, value) -> {
              String text = value.orElse("");
              boolean scheme = text.matches("[a-z-]+:.*");
              contexts.put(name, scheme ? text : context.path(text).toString());
            });
    return contexts;
  }

  private static SequencedMap<String, Build.Secret> secrets(Section build, Context context)
      throws ComposeException {
    SequencedMap<String, Build.Secret> secrets = new LinkedHashMap<>();
    for (Yaml item : build.items("secrets")) {
      String source;
      String id;
      if (item instanceof Yaml.Fields f) {
        Section s = Section.of(build.name() + ".secrets", f);
        source = s.text("source").orElse("");
        id = s.text("target").orElse(source);
        s.end(Set.of("uid", "gid", "mode"), Set.of(), context.notDone());
      } else {
        source = Section.text(build.name() + ".secrets", item);
        id = source;
      }
      secrets.put(id, SecretReader.find(context, item.at(), build.name(), source));
    }
    return secrets;
  }

  /** {@code extra_hosts}: a mapping, or a list of {@code name:address} or {@code name=address}. */
  static SequencedMap<String, String> hosts(Section section) throws ComposeException {
    SequencedMap<String, String> hosts = new LinkedHashMap<>();
    for (Map.Entry<String, Optional<String>> pair : section.pairs("extra_hosts").entrySet()) {
      String text = pair.getKey();
      int colon = text.indexOf(':');
      if (pair.getValue().isPresent()) {
        hosts.put(text, unbracketed(pair.getValue().get()));
      } else if (colon > 0) {
        hosts.put(text.substring(0, colon), unbracketed(text.substring(colon + 1)));
      } else {
        throw ComposeException.at(
            section.at(), section.name() + ".extra_hosts: \"" + text + "\" is not name:address");
      }
    }
    return hosts;
  }

  private static String unbracketed(String address) {
    return address.startsWith("[") && address.endsWith("]")
        ? address.substring(1, address.length() - 1)
        : address;
  }

  static SequencedMap<String, String> texts(SequencedMap<String, Optional<String>> pairs) {
    SequencedMap<String, String> texts = new LinkedHashMap<>();
    pairs.forEach((name, value) -> texts.put(name, value.orElse("")));
    return texts;
  }
}
