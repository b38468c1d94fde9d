package dev.larder.cli;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** The kinds of options and arguments there are, and what was given for them. */
final class Options {
  private Options() {}

  /** On or off; {@code --name=false} turns it off again. */
  static OptionSpec flag(String description, String name, String... others) {
    return OptionSpec.builder(name, others).type(boolean.class).description(description).build();
  }

  /** At most one value; the last one counts. */
  static OptionSpec value(String label, String description, String name, String... others) {
    return OptionSpec.builder(name, others)
        .type(String.class)
        .arity("1")
        .paramLabel(label)
        .description(description)
        .build();
  }

  /** May be given several times. */
  static OptionSpec values(String label, String description, String name, String... others) {
    return OptionSpec.builder(name, others)
        .type(List.class)
        .auxiliaryTypes(String.class)
        .arity("1")
        .paramLabel(label)
        .description(description)
        .build();
  }

  static OptionSpec normalizeModes() {
    return flag("Take git's 644 and 755 for the context's permissions", "--normalize-modes");
  }

  /** {@code --reset-mounts[=ID]}. */
  static OptionSpec resetMounts() {
    return OptionSpec.builder("--reset-mounts")
        .type(List.class)
        .auxiliaryTypes(String.class)
        .arity("1")
        .fallbackValue(BuildValues.ALL_MOUNTS)
        .paramLabel("[=ID]")
        .description("Empty the build's cache mounts first")
        .build();
  }

  /** {@code --packages on|off}. */
  static OptionSpec packages() {
    return value("on|off", "Keep what RUN steps download, and use it (default: on)", "--packages");
  }

  /** As with GNU's options, a value that may be left out is given by {@code =} only. */
  static String[] withFallbacks(CommandSpec spec, String[] words) {
    String[] all = words.clone();
    for (int i = 0; i < all.length && !all[i].equals("--"); i++) {
      @Nullable OptionSpec option = spec.optionsMap().get(all[i]);
      if (option != null && option.fallbackValue() != null && !option.fallbackValue().isEmpty()) {
        all[i] += "=" + option.fallbackValue();
      }
    }
    return all;
  }

  /** Arguments that are no options. */
  static PositionalParamSpec arguments(String label, String arity, String description) {
    return PositionalParamSpec.builder()
        .type(List.class)
        .auxiliaryTypes(String.class)
        .arity(arity)
        .index("0..*")
        .paramLabel(label)
        .description(description)
        .build();
  }

  static boolean on(ParseResult given, String name) {
    return given.hasMatchedOption(name)
        && Boolean.TRUE.equals(given.matchedOptionValue(name, Boolean.FALSE));
  }

  /**
   * Two switches of which only one may be on.
   *
   * @throws UsageException if both are
   */
  static void exclude(ParseResult given, String one, String other) throws UsageException {
    if (on(given, one) && on(given, other)) {
      throw new UsageException("--" + one + " and --" + other + " contradict each other");
    }
  }

  static Optional<String> one(ParseResult given, String name) {
    @Nullable String value = given.matchedOptionValue(name, null);
    return Optional.ofNullable(value);
  }

  /** Whether the second of two words was chosen; the first is the default. */
  static boolean choice(ParseResult given, String option, String usual, String other)
      throws UsageException {
    String word = one(given, option).orElse(usual);
    if (!word.equals(usual) && !word.equals(other)) {
      throw new UsageException("--" + option + " " + word + ": expected " + usual + " or " + other);
    }
    return word.equals(other);
  }

  static List<String> all(ParseResult given, String name) {
    return given.matchedOptionValue(name, List.<String>of());
  }

  static List<String> arguments(ParseResult given) {
    return given.hasMatchedPositional(0)
        ? given.matchedPositionalValue(0, List.<String>of())
        : List.of();
  }

  /**
   * The arguments, whose number must be right.
   *
   * @param label what they are, for the message
   * @param most nothing is any number
   */
  static List<String> arguments(ParseResult given, String label, int least, OptionalInt most)
      throws UsageException {
    List<String> arguments = arguments(given);
    if (arguments.size() < least) {
      throw new UsageException("missing argument " + label);
    }
    if (most.isPresent() && arguments.size() > most.getAsInt()) {
      throw new UsageException("unexpected argument " + arguments.get(most.getAsInt()));
    }
    return arguments;
  }
}
