package dev.larder.engine.compose;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Replaces variables in values, as the compose specification's chapter "Interpolation" says: {@code
 * $NAME}, {@code ${NAME}}, with {@code :-}, {@code -}, {@code :+}, {@code +}, {@code :?} and {@code
 * ?}, nested; {@code $$} is a dollar sign.
 */
final class Variables {
  private final Function<String, @Nullable String> values;
  private final Set<String> unset = new TreeSet<>();

  Variables(Map<String, String> values) {
    this(values::get);
  }

  Variables(Function<String, @Nullable String> values) {
    this.values = values;
  }

  /** Names that were asked for without a default and have no value. */
  Set<String> unset() {
    return unset;
  }

  /** The tree with all scalars replaced; keys stay as they are. */
  Yaml replaceIn(Yaml yaml) throws ComposeException {
    return switch (yaml) {
      case Yaml.Nothing n -> n;
      case Yaml.Scalar s -> new Yaml.Scalar(s.at(), replace(s.text(), s.at()), s.plain());
      case Yaml.Items items -> {
        List<Yaml> replaced = new ArrayList<>();
        for (Yaml item : items.items()) {
          replaced.add(replaceIn(item));
        }
        yield new Yaml.Items(items.at(), replaced);
      }
      case Yaml.Fields fields -> {
        SequencedMap<String, Yaml.Field> replaced = new LinkedHashMap<>();
        for (Map.Entry<String, Yaml.Field> field : fields.fields().entrySet()) {
          Yaml.Field f = field.getValue();
          replaced.put(field.getKey(), f.with(replaceIn(f.value())));
        }
        yield new Yaml.Fields(fields.at(), replaced);
      }
    };
  }

  String replace(String text, Place place) throws ComposeException {
    StringBuilder out = new StringBuilder();
    int i = 0;
    while (i < text.length()) {
      int dollar = text.indexOf('$', i);
      if (dollar < 0 || dollar == text.length() - 1) {
        out.append(text, i, text.length());
        break;
      }
      out.append(text, i, dollar);
      char next = text.charAt(dollar + 1);
      if (next == '$') {
        out.append('$');
        i = dollar + 2;
      } else if (next == '{') {
        int end = closing(text, dollar + 2, place);
        out.append(braced(text.substring(dollar + 2, end), place));
        i = end + 1;
      } else {
        int end = nameEnd(text, dollar + 1);
        if (end == dollar + 1) {
          throw invalid(text, place);
        }
        out.append(value(text.substring(dollar + 1, end)));
        i = end;
      }
    }
    return out.toString();
  }

  private static ComposeException invalid(String text, Place place) {
    return ComposeException.at(
        place, "not a variable in \"" + text + "\"", "write $$ for a dollar sign");
  }

  private static int closing(String text, int from, Place place) throws ComposeException {
    int depth = 1;
    for (int i = from; i < text.length(); i++) {
      if (text.startsWith("${", i)) {
        depth++;
      } else if (text.charAt(i) == '}') {
        depth--;
        if (depth == 0) {
          return i;
        }
      }
    }
    throw ComposeException.at(place, "${ without } in \"" + text + "\"");
  }

  private String braced(String inner, Place place) throws ComposeException {
    int end = nameEnd(inner, 0);
    if (end == 0) {
      throw invalid("${" + inner + "}", place);
    }
    String name = inner.substring(0, end);
    if (end == inner.length()) {
      return value(name);
    }
    boolean emptyCounts = inner.charAt(end) == ':';
    int operator = emptyCounts ? end + 1 : end;
    if (operator >= inner.length() || "-+?".indexOf(inner.charAt(operator)) < 0) {
      throw invalid("${" + inner + "}", place);
    }
    String word = inner.substring(operator + 1);
    String value = values.apply(name);
    boolean given = value != null && !(emptyCounts && value.isEmpty());
    return switch (inner.charAt(operator)) {
      case '-' -> given && value != null ? value : replace(word, place);
      case '+' -> given ? replace(word, place) : "";
      default -> {
        if (given && value != null) {
          yield value;
        }
        String why = replace(word, place);
        throw ComposeException.at(
            place, "variable " + name + " is not set" + (why.isEmpty() ? "" : ": " + why));
      }
    };
  }

  private String value(String name) {
    String value = values.apply(name);
    if (value == null) {
      unset.add(name);
      return "";
    }
    return value;
  }

  private static int nameEnd(String text, int from) {
    int i = from;
    while (i < text.length() && isNamePart(text.charAt(i), i > from)) {
      i++;
    }
    return i;
  }

  private static boolean isNamePart(char c, boolean later) {
    return c == '_'
        || (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (later && c >= '0' && c <= '9');
  }
}
