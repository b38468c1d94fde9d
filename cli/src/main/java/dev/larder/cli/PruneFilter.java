package dev.larder.cli;

import dev.larder.engine.compose.Quantities;
import dev.larder.engine.dockerfile.Suggestion;
import dev.larder.engine.prune.Item;
import dev.larder.engine.prune.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** {@code --filter} of {@code cache prune}: {@code KEY=VALUE}, {@code !=}, {@code ~=}. */
final class PruneFilter {
  private static final List<String> KEYS = List.of("id", "type", "description", "until");

  private PruneFilter() {}

  /** All of them must hold. */
  static Predicate<Item> of(List<String> filters, Instant now) throws UsageException {
    Predicate<Item> all = item -> true;
    for (String filter : filters) {
      all = all.and(one(filter, now));
    }
    return all;
  }

  private static Predicate<Item> one(String filter, Instant now) throws UsageException {
    int equals = filter.indexOf('=');
    if (equals <= 0) {
      throw new UsageException("--filter " + filter + ": expected KEY=VALUE");
    }
    char before = filter.charAt(equals - 1);
    String key = filter.substring(0, before == '!' || before == '~' ? equals - 1 : equals);
    String value = filter.substring(equals + 1);
    if (key.equals("until") || key.equals("unused-for")) {
      return until(filter, value, now);
    }
    Predicate<String> matches =
        switch (before) {
          case '~' -> pattern(filter, value);
          default -> text -> isMeant(key, text, value);
        };
    Predicate<Item> holds =
        switch (key) {
          case "id" -> item -> matches.test(item.id().replaceFirst("^sha256:", ""));
          case "type" -> {
            requireType(filter, value, before);
            yield item -> matches.test(item.kind().word());
          }
          case "description" -> item -> matches.test(item.name());
          default ->
              throw new UsageException(
                  "--filter " + filter + ": unknown key " + key,
                  Suggestion.hint("", key, KEYS).isEmpty()
                      ? "one of " + String.join(", ", KEYS)
                      : Suggestion.hint("", key, KEYS));
        };
    return before == '!' ? holds.negate() : holds;
  }

  private static Predicate<Item> until(String filter, String value, Instant now)
      throws UsageException {
    Optional<Duration> age = Quantities.duration(value);
    if (age.isEmpty()) {
      throw new UsageException("--filter " + filter + ": expected a time such as 24h");
    }
    Instant since = now.minus(age.get());
    return item -> item.used().isBefore(since);
  }

  private static Predicate<String> pattern(String filter, String value) throws UsageException {
    try {
      Pattern pattern = Pattern.compile(value);
      return text -> pattern.matcher(text).find();
    } catch (PatternSyntaxException e) {
      throw new UsageException("--filter " + filter + ": not a regular expression");
    }
  }

  /** An id may be given by its beginning; types by the names that buildx has for them, too. */
  private static boolean isMeant(String key, String text, String value) {
    return switch (key) {
      case "id" -> value.length() >= 4 && text.startsWith(value.replaceFirst("^sha256:", ""));
      case "type" -> text.equals(type(value));
      default -> text.equals(value);
    };
  }

  private static String type(String value) {
    return switch (value) {
      case "regular" -> Kind.LAYER.word();
      case "exec.cachemount" -> Kind.MOUNT.word();
      default -> value;
    };
  }

  private static void requireType(String filter, String value, char before) throws UsageException {
    List<String> known = Arrays.stream(Kind.values()).map(Kind::word).toList();
    if (before != '~' && !known.contains(type(value))) {
      throw new UsageException("--filter " + filter + ": not one of " + String.join(", ", known));
    }
  }
}
