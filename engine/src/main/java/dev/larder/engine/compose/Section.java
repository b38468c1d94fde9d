package dev.larder.engine.compose;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.Set;
import java.util.TreeSet;

/**
 * A mapping of a compose file while it is read: each key that is understood is taken out; what is
 * left is either known and not done, which is noted, or an error.
 */
final class Section {
  private final String name;
  private final Place at;
  private final SequencedMap<String, Yaml.Field> left;
  private final Set<String> asked = new TreeSet<>();

  private Section(String name, Place at, SequencedMap<String, Yaml.Field> left) {
    this.name = name;
    this.at = at;
    this.left = left;
  }

  /**
   * Begins to read a value that must be a mapping; nothing counts as an empty one.
   *
   * @param name as messages call it: {@code services.db}
   */
  static Section of(String name, Yaml value) throws ComposeException {
    return switch (value) {
      case Yaml.Fields f -> new Section(name, f.at(), new LinkedHashMap<>(f.fields()));
      case Yaml.Nothing n -> new Section(name, n.at(), new LinkedHashMap<>());
      case Yaml.Scalar s -> throw needs(name, "a mapping", s);
      case Yaml.Items i -> throw needs(name, "a mapping", i);
    };
  }

  static ComposeException needs(String name, String what, Yaml value) {
    return ComposeException.at(value.at(), name + " needs " + what + ", not " + value.kind());
  }

  Place at() {
    return at;
  }

  String name() {
    return name;
  }

  private String sub(String key) {
    return name.isEmpty() ? key : name + "." + key;
  }

  /** The value of a key; nothing if it is not there or empty. */
  Optional<Yaml> take(String key) {
    asked.add(key);
    Yaml.Field field = left.remove(key);
    return field == null || field.value() instanceof Yaml.Nothing
        ? Optional.empty()
        : Optional.of(field.value());
  }

  Section section(String key) throws ComposeException {
    Optional<Yaml> value = take(key);
    return value.isPresent()
        ? of(sub(key), value.get())
        : new Section(sub(key), at, new LinkedHashMap<>());
  }

  /** The keys and values of all that is left, taken out. */
  SequencedMap<String, Yaml.Field> rest() {
    SequencedMap<String, Yaml.Field> all = new LinkedHashMap<>(left);
    left.clear();
    return all;
  }

  Optional<String> text(String key) throws ComposeException {
    Optional<Yaml> value = take(key);
    return value.isPresent() ? Optional.of(text(sub(key), value.get())) : Optional.empty();
  }

  static String text(String name, Yaml value) throws ComposeException {
    if (value instanceof Yaml.Scalar scalar) {
      return scalar.text();
    }
    throw needs(name, "a text", value);
  }

  boolean flag(String key) throws ComposeException {
    Optional<Yaml> value = take(key);
    if (value.isEmpty()) {
      return false;
    }
    return switch (text(sub(key), value.get())) {
      case "true", "True", "TRUE" -> true;
      case "false", "False", "FALSE" -> false;
      default -> throw needs(sub(key), "true or false", value.get());
    };
  }

  Optional<Integer> number(String key) throws ComposeException {
    Optional<Yaml> value = take(key);
    if (value.isEmpty()) {
      return Optional.empty();
    }
    String text = text(sub(key), value.get());
    if (!text.matches("\\d{1,9}")) {
      throw needs(sub(key), "a number", value.get());
    }
    return Optional.of(Integer.parseInt(text));
  }

  Optional<Duration> duration(String key) throws ComposeException {
    Optional<Yaml> value = take(key);
    if (value.isEmpty()) {
      return Optional.empty();
    }
    Optional<Duration> duration = Quantities.duration(text(sub(key), value.get()));
    if (duration.isEmpty()) {
      throw needs(sub(key), "a time such as 10s or 1m30s", value.get());
    }
    return duration;
  }

  OptionalLong bytes(String key) throws ComposeException {
    Optional<Yaml> value = take(key);
    if (value.isEmpty()) {
      return OptionalLong.empty();
    }
    OptionalLong bytes = Quantities.bytes(text(sub(key), value.get()));
    if (bytes.isEmpty()) {
      throw needs(sub(key), "a size such as 64m", value.get());
    }
    return bytes;
  }

  /** A list of texts, or one alone. */
  List<String> texts(String key) throws ComposeException {
    List<String> texts = new ArrayList<>();
    for (Yaml item : items(key)) {
      texts.add(text(sub(key), item));
    }
    return texts;
  }

  SequencedSet<String> textSet(String key) throws ComposeException {
    return new LinkedHashSet<>(texts(key));
  }

  /** A list of anything; anything else is a list of one. */
  List<Yaml> items(String key) {
    Optional<Yaml> value = take(key);
    if (value.isEmpty()) {
      return List.of();
    }
    return value.get() instanceof Yaml.Items items ? items.items() : List.of(value.get());
  }

  /** Names with values; names without a value are there with nothing. */
  SequencedMap<String, Optional<String>> pairs(String key) throws ComposeException {
    SequencedMap<String, Optional<String>> pairs = new LinkedHashMap<>();
    Optional<Yaml> value = take(key);
    if (value.isEmpty()) {
      return pairs;
    }
    if (value.get() instanceof Yaml.Fields fields) {
      for (Map.Entry<String, Yaml.Field> field : fields.fields().entrySet()) {
        Yaml v = field.getValue().value();
        pairs.put(
            field.getKey(),
            v instanceof Yaml.Nothing
                ? Optional.empty()
                : Optional.of(text(sub(key) + "." + field.getKey(), v)));
      }
      return pairs;
    }
    throw needs(sub(key), "a mapping or a list", value.get());
  }

  /**
   * Ends the reading.
   *
   * @param notDone keys that are known and change nothing here; each one found is added to {@code
   *     found}
   * @param harmless known keys that need no word
   * @throws ComposeException for any other key that is left, but {@code x-…}
   */
  void end(Set<String> harmless, Set<String> notDone, Set<String> found) throws ComposeException {
    for (Map.Entry<String, Yaml.Field> field : left.entrySet()) {
      String key = field.getKey();
      if (notDone.contains(key)) {
        found.add(sub(key));
      } else if (!harmless.contains(key) && !key.startsWith("x-")) {
        Set<String> known = new TreeSet<>(asked);
        known.addAll(harmless);
        known.addAll(notDone);
        throw ComposeException.at(
            field.getValue().key(),
            "unknown key \"" + key + "\"" + (name.isEmpty() ? "" : " in " + name),
            Nearest.hint(key, known));
      }
    }
  }
}
