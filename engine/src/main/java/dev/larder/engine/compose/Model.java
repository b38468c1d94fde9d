package dev.larder.engine.compose;

import com.google.gson.GsonBuilder;
import dev.larder.engine.compose.Forms.Form;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;

/**
 * What compose files come to, as {@code docker compose config} writes it: everything merged, short
 * forms long, variables and paths resolved, what no service uses left out.
 */
public final class Model {
  /** Mappings that are there even if nothing is in them. */
  private static final Set<String> EMPTY =
      Set.of("networks.*.ipam", "services.*.volumes[].volume", "services.*.volumes[].bind");

  /** Flags for which no differs from nothing said. */
  private static final Set<String> FALSE = Set.of("attach", "init", "required");

  private final Yaml.Fields tree;
  private final List<String> warnings;

  Model(Yaml.Fields tree, List<String> warnings) {
    this.tree = tree;
    this.warnings = warnings;
  }

  /** What the user should know. */
  public List<String> warnings() {
    return warnings;
  }

  /** The services by name, those of profiles that are not active too, and their profiles. */
  public SequencedMap<String, List<String>> services() {
    SequencedMap<String, List<String>> all = new LinkedHashMap<>();
    Yaml.Fields services = tree.fields("services");
    for (String name : services.fields().keySet()) {
      List<String> profiles = new ArrayList<>();
      if (services.fields(name).at("profiles") instanceof Yaml.Items items) {
        items.items().forEach(i -> profiles.add(i instanceof Yaml.Scalar s ? s.text() : ""));
      }
      all.put(name, profiles);
    }
    return all;
  }

  /**
   * The model as maps, lists, texts, numbers, flags and nothing; a dollar sign in a text is
   * doubled, so that it can be read again.
   *
   * @param services those that are wanted; others and what only they use are left out
   */
  public SequencedMap<String, @Nullable Object> of(Set<String> services) {
    SequencedMap<String, @Nullable Object> all = new LinkedHashMap<>();
    Yaml.Fields wanted = tree.fields("services");
    for (String name : tree.fields("services").fields().keySet()) {
      wanted = services.contains(name) ? wanted : wanted.without(name);
    }
    for (String key : new TreeSet<>(tree.fields().keySet())) {
      switch (key) {
        case "version" -> {}
        case "name" -> all.putFirst(key, plain(key, tree.at(key)));
        case "services" -> all.put(key, plain(key, wanted));
        case "networks", "volumes", "secrets", "configs" -> {
          Yaml.Fields used = used(key, wanted);
          if (!used.fields().isEmpty()) {
            all.put(key, plain(key, used));
          }
        }
        default -> all.put(key, plain(key, tree.at(key)));
      }
    }
    return all;
  }

  /** The model as JSON, see {@link #of}. */
  public String json(Set<String> services) {
    return new GsonBuilder()
            .serializeNulls()
            .setPrettyPrinting()
            .disableHtmlEscaping()
            .create()
            .toJson(of(services))
        + "\n";
  }

  /** The model as YAML, see {@link #of}. */
  public String yaml(Set<String> services) {
    DumpSettings settings =
        DumpSettings.builder()
            .setDefaultFlowStyle(FlowStyle.BLOCK)
            .setWidth(Integer.MAX_VALUE)
            .build();
    return new Dump(settings).dumpToString(of(services));
  }

  private Yaml.Fields used(String kind, Yaml.Fields services) {
    Set<String> names = new TreeSet<>();
    for (Yaml.Field field : services.fields().values()) {
      if (field.value() instanceof Yaml.Fields service) {
        if (service.at(kind) instanceof Yaml.Fields f) {
          names.addAll(f.fields().keySet());
        }
        sources(service.at(kind), names);
        sources(service.fields("build").at(kind), names);
      }
    }
    Yaml.Fields used = tree.fields(kind);
    for (String name : tree.fields(kind).fields().keySet()) {
      used = names.contains(name) ? used : used.without(name);
    }
    return used;
  }

  private static void sources(Yaml list, Set<String> into) {
    if (list instanceof Yaml.Items items) {
      for (Yaml item : items.items()) {
        if (item instanceof Yaml.Fields f && f.at("source") instanceof Yaml.Scalar s) {
          into.add(s.text());
        }
      }
    }
  }

  private static @Nullable Object plain(String place, Yaml value) {
    return switch (value) {
      case Yaml.Nothing n -> null;
      case Yaml.Scalar s -> scalar(place, s);
      case Yaml.Items i -> {
        List<@Nullable Object> items = new ArrayList<>();
        i.items().forEach(item -> items.add(plain(Forms.item(place), item)));
        if (place.equals("services.*.extra_hosts")
            || place.equals("services.*.build.extra_hosts")) {
          items.sort((a, b) -> Objects.toString(a).compareTo(Objects.toString(b)));
        }
        yield items;
      }
      case Yaml.Fields f -> fields(place, f);
    };
  }

  private static SequencedMap<String, @Nullable Object> fields(String place, Yaml.Fields f) {
    SequencedMap<String, @Nullable Object> all = new LinkedHashMap<>();
    for (String key : new TreeSet<>(f.fields().keySet())) {
      String below = Forms.below(place, key);
      Object value = plain(below, f.at(key));
      boolean empty =
          value == null
              || (value.equals(false) && !FALSE.contains(key))
              || (value instanceof List<?> l && l.isEmpty())
              || (value instanceof Map<?, ?> m && m.isEmpty() && !EMPTY.contains(below));
      if (!empty || stays(below)) {
        all.put(key, value);
      }
    }
    switch (place) {
      case "services.*" -> {
        all.putIfAbsent("command", null);
        all.putIfAbsent("entrypoint", null);
      }
      case "networks.*" -> all.putIfAbsent("ipam", Map.of());
      case "services.*.deploy" -> all.putIfAbsent("placement", Map.of());
      case "services.*.ports[]" -> {
        all.putIfAbsent("mode", "ingress");
        all.putIfAbsent("protocol", "tcp");
      }
      case "services.*.volumes[]" -> {
        String type = Objects.toString(all.get("type"));
        if (type.equals("volume") || type.equals("bind")) {
          all.putIfAbsent(type, Map.of());
        }
      }
      default -> {}
    }
    return all;
  }

  private static boolean stays(String place) {
    return switch (place) {
      case "services.*.command", "services.*.entrypoint", "services.*.networks.*" -> true;
      default -> place.startsWith("services.*.environment.") || place.indexOf('.') < 0;
    };
  }

  private static @Nullable Object scalar(String place, Yaml.Scalar s) {
    Form form = Forms.of(place);
    String text = s.text();
    return switch (form) {
      case NUMBER -> number(text).orElse(text);
      case FLOAT -> floating(text).orElse(text);
      case FLAG -> flag(text);
      default -> text.replace("$", "$$");
    };
  }

  private static Object flag(String text) {
    return text.equals("true") || text.equals("false") ? Boolean.valueOf(text) : text;
  }

  private static Optional<Object> number(String text) {
    try {
      return Optional.of(Long.parseLong(text));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static Optional<Object> floating(String text) {
    try {
      return Optional.of(Double.parseDouble(text));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }
}
