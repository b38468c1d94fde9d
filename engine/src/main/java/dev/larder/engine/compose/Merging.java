package dev.larder.engine.compose;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Lays a canonical file over another one, as the compose specification's chapter "Merge" says:
 * mappings are merged, lists added up, scalars and commands replaced. Items of some lists are known
 * by a part of them, of which only the last stays.
 */
final class Merging {
  private static final Set<String> REPLACED =
      Set.of("services.*.command", "services.*.entrypoint", "services.*.healthcheck.test");

  /** Lists whose items are themselves what they are known by. */
  private static final Set<String> UNIQUE =
      Set.of(
          "services.*.build.platforms",
          "services.*.build.tags",
          "services.*.cap_add",
          "services.*.cap_drop",
          "services.*.dns",
          "services.*.dns_opt",
          "services.*.dns_search",
          "services.*.expose",
          "services.*.extra_hosts",
          "services.*.links",
          "services.*.networks.*.aliases",
          "services.*.networks.*.link_local_ips",
          "services.*.profiles",
          "services.*.tmpfs");

  /** Lists of mappings, and the keys that they are known by. */
  private static final Map<String, List<String>> KEYS =
      Map.of(
          "services.*.ports", List.of("host_ip", "published", "target", "protocol"),
          "services.*.volumes", List.of("target"),
          "services.*.devices", List.of("target"),
          "services.*.env_file", List.of("path"),
          "services.*.secrets", List.of("target"),
          "services.*.configs", List.of("source", "target"));

  private Merging() {}

  static Yaml.Fields over(Yaml.Fields below, Yaml.Fields above) {
    return (Yaml.Fields) over("", below, above);
  }

  /**
   * Merges values.
   *
   * @param place where they stand, see {@link Forms}
   */
  static Yaml over(String place, Yaml below, Yaml above) {
    if (above instanceof Yaml.Nothing) {
      return below;
    }
    if (below instanceof Yaml.Fields a && above instanceof Yaml.Fields b) {
      return place.equals("services.*.logging") && !sameDriver(a, b) ? b : fields(place, a, b);
    }
    if (below instanceof Yaml.Items a
        && above instanceof Yaml.Items b
        && !REPLACED.contains(place)) {
      return unique(
          place,
          new Yaml.Items(a.at(), Stream.concat(a.items().stream(), b.items().stream()).toList()));
    }
    return above;
  }

  private static boolean sameDriver(Yaml.Fields a, Yaml.Fields b) {
    return !b.fields().containsKey("driver") || Yaml.same(a.at("driver"), b.at("driver"));
  }

  private static Yaml.Fields fields(String place, Yaml.Fields below, Yaml.Fields above) {
    SequencedMap<String, Yaml.Field> all = new LinkedHashMap<>(below.fields());
    above
        .fields()
        .forEach(
            (name, field) -> {
              Yaml.Field old = all.get(name);
              switch (field.how()) {
                case RESET -> all.remove(name);
                case OVERRIDDEN -> all.put(name, new Yaml.Field(field.key(), field.value()));
                case MERGED ->
                    all.put(
                        name,
                        old == null
                            ? field
                            : new Yaml.Field(
                                field.key(),
                                over(Forms.below(place, name), old.value(), field.value())));
              }
            });
    return new Yaml.Fields(below.at(), all);
  }

  /** A list without what a later item of the same key takes the place of. */
  static Yaml.Items unique(String place, Yaml.Items list) {
    List<String> keys = KEYS.get(place);
    if (keys == null && !UNIQUE.contains(place)) {
      return list;
    }
    SequencedMap<String, Yaml> known = new LinkedHashMap<>();
    for (Yaml item : list.items()) {
      known.put(key(item, keys == null ? List.of() : keys), item);
    }
    return new Yaml.Items(list.at(), List.copyOf(known.values()));
  }

  private static String key(Yaml item, List<String> keys) {
    return switch (item) {
      case Yaml.Scalar s -> s.text();
      case Yaml.Fields f ->
          String.join(
              "\n",
              keys.stream().map(k -> f.at(k) instanceof Yaml.Scalar s ? s.text() : "").toList());
      case Yaml.Items i -> i.toString();
      case Yaml.Nothing n -> "";
    };
  }
}
