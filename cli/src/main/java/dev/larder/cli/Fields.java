package dev.larder.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * An option's value of the form {@code key=value,key,…}: a line of CSV, so a field with a comma
 * stands in double quotes, and a quote in it is doubled.
 */
final class Fields {
  private final String option;
  private final SequencedMap<String, String> values;

  private Fields(String option, SequencedMap<String, String> values) {
    this.option = option;
    this.values = values;
  }

  /**
   * Reads a value.
   *
   * @param option for messages
   * @throws UsageException if a field is given twice, or a quote is open
   */
  static Fields parse(String option, String text) throws UsageException {
    SequencedMap<String, String> values = new LinkedHashMap<>();
    for (String field : split(option, text)) {
      int equals = field.indexOf('=');
      String key = (equals < 0 ? field : field.substring(0, equals)).toLowerCase(Locale.ROOT);
      String value = equals < 0 ? "" : field.substring(equals + 1);
      if (values.put(key, value) != null) {
        throw new UsageException(option + " " + text + ": " + key + " is given twice");
      }
    }
    return new Fields(option, values);
  }

  private static List<String> split(String option, String text) throws UsageException {
    List<String> fields = new ArrayList<>();
    StringBuilder field = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (quoted && c == '"' && text.startsWith("\"\"", i)) {
        field.append(c);
        i++;
      } else if (c == '"' && (quoted || field.isEmpty())) {
        quoted = !quoted;
      } else if (!quoted && c == ',') {
        fields.add(field.toString());
        field.setLength(0);
      } else {
        field.append(c);
      }
    }
    if (quoted) {
      throw new UsageException(option + " " + text + ": a quote is not closed");
    }
    fields.add(field.toString());
    return fields;
  }

  /** Takes the first of these keys that is there. */
  Optional<String> take(String... keys) {
    for (String key : keys) {
      @Nullable String value = values.remove(key);
      if (value != null) {
        return Optional.of(value);
      }
    }
    return Optional.empty();
  }

  /** Takes a switch, which is on where it stands alone. */
  boolean takeFlag(String key, boolean otherwise) throws UsageException {
    Optional<String> value = take(key);
    if (value.isEmpty()) {
      return otherwise;
    }
    return switch (value.get().toLowerCase(Locale.ROOT)) {
      case "", "true", "1" -> true;
      case "false", "0" -> false;
      default ->
          throw new UsageException(
              option + ": " + key + "=" + value.get() + " is neither true nor false");
    };
  }

  /**
   * Nothing may be left.
   *
   * @throws UsageException that names the key nobody took
   */
  void end() throws UsageException {
    if (!values.isEmpty()) {
      throw new UsageException(option + ": unknown key " + values.firstEntry().getKey());
    }
  }
}
