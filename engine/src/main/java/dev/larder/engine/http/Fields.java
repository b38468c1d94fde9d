package dev.larder.engine.http;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The fields of a message in their order. Names are compared without regard to case.
 *
 * @param all each line of the head is one
 */
public record Fields(List<Field> all) {
  public static final Fields NONE = new Fields(List.of());

  /** Keeps a copy. */
  public Fields {
    all = List.copyOf(all);
  }

  /** Fields of names and values in turn. */
  public static Fields of(String... namesAndValues) {
    List<Field> fields = new ArrayList<>();
    for (int i = 0; i + 1 < namesAndValues.length; i += 2) {
      fields.add(new Field(namesAndValues[i], namesAndValues[i + 1]));
    }
    return new Fields(fields);
  }

  /** The value of the first field of a name. */
  public Optional<String> first(String name) {
    for (Field field : all) {
      if (field.is(name)) {
        return Optional.of(field.value());
      }
    }
    return Optional.empty();
  }

  /** Whether there is a field of this name. */
  public boolean has(String name) {
    return first(name).isPresent();
  }

  /** The values of all fields of a name, one after another. */
  public List<String> values(String name) {
    List<String> values = new ArrayList<>();
    for (Field field : all) {
      if (field.is(name)) {
        values.add(field.value());
      }
    }
    return values;
  }

  /** All fields of a name as one value (RFC 9110 §5.3); empty if there is none. */
  public String joined(String name) {
    return String.join(", ", values(name));
  }

  /**
   * The elements of a list of tokens in lower case (RFC 9110 §5.6.1): empty ones are left out. Not
   * for values that hold quoted text.
   */
  public List<String> tokens(String name) {
    List<String> tokens = new ArrayList<>();
    for (String value : values(name)) {
      Arrays.stream(value.split(",", -1))
          .map(s -> s.strip().toLowerCase(Locale.ROOT))
          .filter(s -> !s.isEmpty())
          .forEach(tokens::add);
    }
    return tokens;
  }

  /** With one more at the end. */
  public Fields and(String name, String value) {
    List<Field> more = new ArrayList<>(all);
    more.add(new Field(name, value));
    return new Fields(more);
  }

  /** With this field in place of all of its name. */
  public Fields with(String name, String value) {
    return without(List.of(name)).and(name, value);
  }

  /** Without the fields of these names. */
  public Fields without(Collection<String> names) {
    List<Field> left = new ArrayList<>();
    for (Field field : all) {
      if (names.stream().noneMatch(field::is)) {
        left.add(field);
      }
    }
    return new Fields(left);
  }

  /** Without the fields of these names. */
  public Fields without(String... names) {
    return without(List.of(names));
  }
}
