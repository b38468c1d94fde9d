package dev.larder.engine.check;

import dev.larder.engine.plan.GoText;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Which rules count: {@code skip=A,B;error=true;experimental=C}, as the directive {@code #
 * check=…}, a comment before an instruction and the build argument {@code
 * BUILDKIT_DOCKERFILE_CHECK} have it.
 *
 * @param skipAll no rule but experimental ones
 * @param skipped these rules don't count
 * @param experimentalAll all experimental rules count
 * @param experimental these experimental rules count
 * @param error what is found is an error
 */
record CheckOptions(
    boolean skipAll,
    Set<String> skipped,
    boolean experimentalAll,
    Set<String> experimental,
    boolean error) {
  static final CheckOptions NONE = new CheckOptions(false, Set.of(), false, Set.of(), false);

  private static final int PARTS = 3;
  private static final Set<String> TRUE = Set.of("1", "t", "T", "TRUE", "true", "True");
  private static final Set<String> FALSE = Set.of("0", "f", "F", "FALSE", "false", "False");

  CheckOptions {
    skipped = Set.copyOf(skipped);
    experimental = Set.copyOf(experimental);
  }

  /**
   * Reads options.
   *
   * @throws IllegalArgumentException if there is no such option, or its value is none
   */
  static CheckOptions parse(String text) {
    CheckOptions options = NONE;
    if (text.isBlank()) {
      return options;
    }
    for (String part : text.strip().split(";", PARTS)) {
      int equals = part.indexOf('=');
      String name = equals < 0 ? part : part.substring(0, equals).strip();
      String value = equals < 0 ? "" : part.substring(equals + 1).strip();
      if (equals < 0) {
        throw new IllegalArgumentException("invalid check option " + GoText.quoted(part));
      }
      boolean all = value.equals("all");
      Set<String> names = all ? Set.of() : names(value);
      options =
          switch (name) {
            case "skip" ->
                new CheckOptions(
                    all, names, options.experimentalAll, options.experimental, options.error);
            case "experimental" ->
                new CheckOptions(options.skipAll, options.skipped, all, names, options.error);
            case "error" ->
                new CheckOptions(
                    options.skipAll,
                    options.skipped,
                    options.experimentalAll,
                    options.experimental,
                    truth(part, value));
            default ->
                throw new IllegalArgumentException("invalid check option " + GoText.quoted(name));
          };
    }
    return options;
  }

  private static Set<String> names(String value) {
    Set<String> names = new HashSet<>();
    for (String name : value.split(",", -1)) {
      names.add(name.strip());
    }
    return names;
  }

  /** As Go reads truth values, whose message users of BuildKit know. */
  private static boolean truth(String part, String value) {
    if (!TRUE.contains(value) && !FALSE.contains(value)) {
      throw new IllegalArgumentException(
          "failed to parse check option "
              + GoText.quoted(part)
              + ": strconv.ParseBool: parsing "
              + GoText.quoted(value)
              + ": invalid syntax");
    }
    return TRUE.contains(value);
  }

  /** Whether a rule counts. */
  boolean allow(Rule rule) {
    return rule.experimental()
        ? experimentalAll || experimental.contains(rule.name())
        : !skipAll && !skipped.contains(rule.name());
  }

  /** With what the first {@code check=…} among the comments before an instruction adds. */
  CheckOptions under(List<String> comments) {
    for (String comment : comments) {
      int equals = comment.indexOf('=');
      if (equals >= 0 && comment.substring(0, equals).strip().equalsIgnoreCase("check")) {
        String value = comment.substring(equals + 1).strip();
        int space = value.indexOf(' ');
        try {
          return plus(parse(space < 0 ? value : value.substring(0, space)));
        } catch (IllegalArgumentException noOptions) {
          return this;
        }
      }
    }
    return this;
  }

  private CheckOptions plus(CheckOptions more) {
    return new CheckOptions(
        skipAll || more.skipAll,
        union(skipped, more.skipped),
        experimentalAll || more.experimentalAll,
        union(experimental, more.experimental),
        error);
  }

  private static Set<String> union(Set<String> a, Set<String> b) {
    Set<String> both = new HashSet<>(a);
    both.addAll(b);
    return both;
  }
}
