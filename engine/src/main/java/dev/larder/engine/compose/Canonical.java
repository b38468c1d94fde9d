package dev.larder.engine.compose;

import dev.larder.engine.compose.Forms.Form;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * Brings values into the one form that each has: lists of {@code NAME=value} become mappings, short
 * forms of ports, volumes and the like long ones, numbers where a text is wanted the text of the
 * number. Nothing that is missing is put in.
 */
final class Canonical {
  private Canonical() {}

  static Yaml.Fields of(Yaml.Fields file) throws ComposeException {
    return (Yaml.Fields) at("", file);
  }

  private static Yaml at(String place, Yaml value) throws ComposeException {
    return switch (formed(place, value)) {
      case Yaml.Fields f -> {
        SequencedMap<String, Yaml.Field> fields = new LinkedHashMap<>();
        for (Map.Entry<String, Yaml.Field> field : f.fields().entrySet()) {
          Yaml.Field old = field.getValue();
          fields.put(field.getKey(), old.with(at(Forms.below(place, field.getKey()), old.value())));
        }
        yield new Yaml.Fields(f.at(), fields);
      }
      case Yaml.Items i -> {
        List<Yaml> items = new ArrayList<>();
        for (Yaml item : i.items()) {
          items.add(at(Forms.item(place), item));
        }
        yield Merging.unique(place, new Yaml.Items(i.at(), items));
      }
      case Yaml.Scalar s -> s;
      case Yaml.Nothing n -> n;
    };
  }

  private static Yaml formed(String place, Yaml value) throws ComposeException {
    if (value instanceof Yaml.Nothing) {
      return value;
    }
    Form form = Forms.of(place);
    return switch (form) {
      case TEXT -> value;
      case NUMBER, FLOAT, FLAG, BYTES, DURATION, MODE ->
          value instanceof Yaml.Scalar s ? Typed.of(form, s) : value;
      case TEXTS -> texts(value);
      case PAIRS -> pairs(value, false);
      case LABELS -> pairs(value, true);
      case HOSTS -> hosts(value);
      case WORDS ->
          value instanceof Yaml.Scalar s
              ? items(s.at(), ShellWords.split(s.text(), s.at()))
              : texts(value);
      case TEST ->
          value instanceof Yaml.Scalar s
              ? items(s.at(), List.of("CMD-SHELL", s.text()))
              : texts(value);
      case BUILD -> value instanceof Yaml.Scalar s ? single("context", s) : value;
      case EXTENDS -> value instanceof Yaml.Scalar s ? single("service", s) : value;
      case DEPENDS_ON -> names(value, true);
      case NAMES -> names(value, false);
      case PORTS -> each(value, Ports::canonical);
      case MOUNTS -> each(value, MountForms::canonical);
      case DEVICES -> each(value, item -> List.of(device(item)));
      case SECRETS -> each(value, item -> List.of(secret(item)));
      case SOURCES ->
          each(value, i -> List.of(i instanceof Yaml.Scalar s ? single("source", s) : i));
      case ENV_FILES ->
          each(
              value instanceof Yaml.Items ? value : new Yaml.Items(value.at(), List.of(value)),
              i -> List.of(i instanceof Yaml.Scalar s ? single("path", s) : i));
      case GPUS -> value instanceof Yaml.Scalar s ? allGpus(s) : value;
    };
  }

  /** What one item of a list becomes. */
  @FunctionalInterface
  private interface Longer {
    List<Yaml> of(Yaml item) throws ComposeException;
  }

  private static Yaml each(Yaml value, Longer longer) throws ComposeException {
    if (!(value instanceof Yaml.Items list)) {
      return value;
    }
    List<Yaml> all = new ArrayList<>();
    for (Yaml item : list.items()) {
      all.addAll(longer.of(item));
    }
    return new Yaml.Items(list.at(), all);
  }

  private static Yaml texts(Yaml value) {
    return switch (value) {
      case Yaml.Scalar s -> new Yaml.Items(s.at(), List.of(text(s)));
      case Yaml.Items i ->
          new Yaml.Items(i.at(), i.items().stream().map(Canonical::textOrAsItIs).toList());
      case Yaml.Fields f -> f;
      case Yaml.Nothing n -> n;
    };
  }

  private static Yaml textOrAsItIs(Yaml value) {
    return value instanceof Yaml.Scalar s ? text(s) : value;
  }

  private static Yaml.Scalar text(Yaml.Scalar s) {
    return new Yaml.Scalar(s.at(), GoScalars.text(s));
  }

  private static Yaml.Items items(Place at, List<String> texts) {
    List<Yaml> items = new ArrayList<>();
    texts.forEach(text -> items.add(new Yaml.Scalar(at, text)));
    return new Yaml.Items(at, items);
  }

  private static Yaml.Fields single(String key, Yaml.Scalar s) {
    return Yaml.Fields.none(s.at()).with(key, text(s));
  }

  private static Yaml pairs(Yaml value, boolean emptyValues) {
    SequencedMap<String, Yaml.Field> pairs = new LinkedHashMap<>();
    if (value instanceof Yaml.Fields f) {
      f.fields().forEach((name, field) -> pairs.put(name, field.with(textOrAsItIs(field.value()))));
      return new Yaml.Fields(f.at(), pairs);
    }
    if (!(value instanceof Yaml.Items list)) {
      return value;
    }
    for (Yaml item : list.items()) {
      if (!(item instanceof Yaml.Scalar s)) {
        return value;
      }
      String text = GoScalars.text(s);
      int equals = text.indexOf('=');
      Yaml of =
          equals >= 0
              ? new Yaml.Scalar(s.at(), text.substring(equals + 1))
              : emptyValues ? new Yaml.Scalar(s.at(), "") : new Yaml.Nothing(s.at());
      pairs.put(equals >= 0 ? text.substring(0, equals) : text, new Yaml.Field(s.at(), of));
    }
    return new Yaml.Fields(list.at(), pairs);
  }

  /** A list of {@code name=address}; a name may have several. */
  private static Yaml hosts(Yaml value) {
    List<Yaml> hosts = new ArrayList<>();
    if (value instanceof Yaml.Fields f) {
      f.fields()
          .forEach(
              (name, field) -> {
                List<Yaml> addresses =
                    field.value() instanceof Yaml.Items i ? i.items() : List.of(field.value());
                for (Yaml address : addresses) {
                  hosts.add(
                      address instanceof Yaml.Scalar s
                          ? new Yaml.Scalar(s.at(), name + "=" + unbracketed(s.text()))
                          : address);
                }
              });
    } else if (value instanceof Yaml.Items list) {
      for (Yaml item : list.items()) {
        hosts.add(item instanceof Yaml.Scalar s ? host(s) : item);
      }
    } else {
      return value;
    }
    return new Yaml.Items(value.at(), hosts);
  }

  private static Yaml host(Yaml.Scalar s) {
    String text = s.text();
    int cut = text.indexOf('=') >= 0 ? text.indexOf('=') : text.indexOf(':');
    return cut < 0
        ? s
        : new Yaml.Scalar(
            s.at(), text.substring(0, cut) + "=" + unbracketed(text.substring(cut + 1)));
  }

  private static String unbracketed(String address) {
    return address.startsWith("[") && address.endsWith("]")
        ? address.substring(1, address.length() - 1)
        : address;
  }

  private static Yaml names(Yaml value, boolean dependencies) {
    if (!(value instanceof Yaml.Items list)) {
      return value;
    }
    SequencedMap<String, Yaml.Field> names = new LinkedHashMap<>();
    for (Yaml item : list.items()) {
      if (!(item instanceof Yaml.Scalar s)) {
        return value;
      }
      Yaml of =
          dependencies
              ? Yaml.Fields.none(s.at())
                  .with("condition", new Yaml.Scalar(s.at(), "service_started"))
              : new Yaml.Nothing(s.at());
      names.put(s.text(), new Yaml.Field(s.at(), of));
    }
    return new Yaml.Fields(list.at(), names);
  }

  /** {@code /dev/a}, {@code /dev/a:/dev/b} or {@code /dev/a:/dev/b:rw}. */
  private static Yaml device(Yaml item) {
    if (!(item instanceof Yaml.Scalar s)) {
      return item;
    }
    String[] parts = s.text().split(":", 3);
    return Yaml.Fields.none(s.at())
        .with("source", new Yaml.Scalar(s.at(), parts[0]))
        .with("target", new Yaml.Scalar(s.at(), parts.length > 1 ? parts[1] : parts[0]))
        .with("permissions", new Yaml.Scalar(s.at(), parts.length > 2 ? parts[2] : "rwm"));
  }

  private static Yaml secret(Yaml item) {
    return item instanceof Yaml.Scalar s
        ? single("source", s).with("target", new Yaml.Scalar(s.at(), "/run/secrets/" + s.text()))
        : item;
  }

  private static Yaml allGpus(Yaml.Scalar s) {
    Yaml all = Yaml.Fields.none(s.at()).with("count", new Yaml.Scalar(s.at(), "all"));
    return s.text().equals("all") ? new Yaml.Items(s.at(), List.of(all)) : s;
  }
}
