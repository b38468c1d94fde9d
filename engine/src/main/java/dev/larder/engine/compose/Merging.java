package dev.larder.engine.compose;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;

/**
 * Lays an override file over another one, as the compose specification's chapter "Merge" says:
 * mappings are merged, lists added up, scalars and commands replaced; lists of {@code NAME=value}
 * count as mappings.
 */
final class Merging {
  private static final Set<String> REPLACED = Set.of("command", "entrypoint", "test");
  private static final Set<String> PAIRS =
      Set.of("environment", "labels", "args", "extra_hosts", "additional_contexts", "sysctls");

  private Merging() {}

  static Yaml over(Yaml below, Yaml above) {
    return over("", below, above);
  }

  private static Yaml over(String key, Yaml below, Yaml above) {
    Yaml lower = normal(key, below);
    Yaml upper = normal(key, above);
    if (upper instanceof Yaml.Nothing) {
      return lower;
    }
    if (lower instanceof Yaml.Fields a && upper instanceof Yaml.Fields b) {
      SequencedMap<String, Yaml.Field> all = new LinkedHashMap<>(a.fields());
      b.fields().forEach((name, field) -> all.merge(name, field, (x, y) -> merged(name, x, y)));
      return new Yaml.Fields(a.at(), all);
    }
    if (lower instanceof Yaml.Items a && upper instanceof Yaml.Items b && !REPLACED.contains(key)) {
      List<Yaml> all = new ArrayList<>(a.items());
      all.addAll(b.items());
      return new Yaml.Items(a.at(), all);
    }
    return upper;
  }

  private static Yaml.Field merged(String name, Yaml.Field below, Yaml.Field above) {
    return new Yaml.Field(above.key(), over(name, below.value(), above.value()));
  }

  private static Yaml normal(String key, Yaml value) {
    if (key.equals("build") && value instanceof Yaml.Scalar s) {
      return new Yaml.Fields(s.at(), single("context", s.at(), s));
    }
    if (key.equals("depends_on") && value instanceof Yaml.Items items) {
      SequencedMap<String, Yaml.Field> map = new LinkedHashMap<>();
      for (Yaml item : items.items()) {
        if (item instanceof Yaml.Scalar s) {
          Yaml.Scalar started = new Yaml.Scalar(s.at(), "service_started");
          Yaml condition = new Yaml.Fields(s.at(), single("condition", s.at(), started));
          map.put(s.text(), new Yaml.Field(s.at(), condition));
        }
      }
      return new Yaml.Fields(items.at(), map);
    }
    return PAIRS.contains(key) && value instanceof Yaml.Items items ? pairs(items) : value;
  }

  private static Yaml pairs(Yaml.Items items) {
    SequencedMap<String, Yaml.Field> map = new LinkedHashMap<>();
    for (Yaml item : items.items()) {
      if (!(item instanceof Yaml.Scalar s)) {
        return items;
      }
      int equals = separator(s.text());
      Yaml value =
          equals < 0
              ? new Yaml.Nothing(s.at())
              : new Yaml.Scalar(s.at(), s.text().substring(equals + 1));
      map.put(equals < 0 ? s.text() : s.text().substring(0, equals), new Yaml.Field(s.at(), value));
    }
    return new Yaml.Fields(items.at(), map);
  }

  private static int separator(String text) {
    int equals = text.indexOf('=');
    return equals >= 0 ? equals : text.indexOf(':');
  }

  private static SequencedMap<String, Yaml.Field> single(String key, Place at, Yaml value) {
    SequencedMap<String, Yaml.Field> map = new LinkedHashMap<>();
    map.put(key, new Yaml.Field(at, value));
    return map;
  }
}
