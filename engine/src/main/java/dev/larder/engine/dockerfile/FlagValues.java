package dev.larder.engine.dockerfile;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The flags of an instruction, checked against those that it has. */
final class FlagValues {
  /** What a flag takes. */
  enum Kind {
    /** Nothing, {@code true} or {@code false}. */
    SWITCH,
    /** A value, once. */
    VALUE,
    /** A value, any number of times. */
    VALUES
  }

  private final Map<String, List<Statement.Text>> given = new HashMap<>();
  private final Map<String, Boolean> switches = new HashMap<>();

  private FlagValues() {}

  static FlagValues read(List<Statement.Text> flags, Map<String, Kind> known, Findings findings) {
    FlagValues values = new FlagValues();
    for (Statement.Text text : flags) {
      Flag flag = text.flag();
      Kind kind = known.get(flag.name());
      String shown = "--" + flag.name();
      if (kind == null) {
        findings.error(
            flag.span(),
            "unknown flag: " + shown,
            Suggestion.hint("--", flag.name(), known.keySet().stream().sorted().toList()));
      } else if (kind != Kind.VALUES && values.given.containsKey(flag.name())) {
        findings.error(flag.span(), "duplicate flag specified: " + shown);
      } else if (missing(flag, kind)) {
        findings.error(flag.span(), "missing a value on flag: " + shown);
      } else {
        values.given.computeIfAbsent(flag.name(), n -> new ArrayList<>()).add(text);
        if (kind == Kind.SWITCH) {
          values.turn(flag, findings);
        }
      }
    }
    return values;
  }

  private static boolean missing(Flag flag, Kind kind) {
    Word value = flag.value();
    return kind == Kind.SWITCH ? value != null && value.text().isEmpty() : value == null;
  }

  private void turn(Flag flag, Findings findings) {
    String value = flag.value() == null ? "true" : flag.value().text().toLowerCase(Locale.ROOT);
    if (!value.equals("true") && !value.equals("false")) {
      findings.error(
          flag.span(),
          "expecting boolean value for flag --" + flag.name() + ", not: " + value,
          "true or false");
    }
    switches.put(flag.name(), value.equals("true"));
  }

  /** The value of a flag given once; null if it is not there. */
  @Nullable Word value(String name) {
    List<Word> words = values(name);
    return words.isEmpty() ? null : words.getFirst();
  }

  /** All values of a flag. */
  List<Word> values(String name) {
    List<Word> words = new ArrayList<>();
    for (Statement.Text text : texts(name)) {
      if (text.flag().value() != null) {
        words.add(text.flag().value());
      }
    }
    return words;
  }

  List<Statement.Text> texts(String name) {
    return given.getOrDefault(name, List.of());
  }

  /** Whether a switch is on; null if it is not there. */
  @Nullable Boolean turned(String name) {
    return switches.get(name);
  }

  boolean on(String name) {
    return switches.getOrDefault(name, false);
  }
}
