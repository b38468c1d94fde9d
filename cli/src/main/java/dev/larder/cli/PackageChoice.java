package dev.larder.cli;

import dev.larder.engine.compose.Quantities;
import dev.larder.engine.packages.KeptPackage;
import dev.larder.engine.packages.KeptPackages;
import dev.larder.engine.prune.Target;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/**
 * Which packages a command is about: {@code --host}, {@code --kind}, {@code --older-than}, URLs.
 */
final class PackageChoice {
  private PackageChoice() {}

  static void addTo(CommandSpec spec) {
    spec.addOption(Options.value("HOST", "Only what came from this host", "--host"));
    spec.addOption(
        Options.value("KIND", "Only of this kind: pip, npm, maven, apt, index, …", "--kind"));
    spec.addOption(
        Options.value("TIME", "Only what was not used for so long: 30d", "--older-than"));
  }

  /** All that is asked for must hold. */
  static Predicate<KeptPackage> of(ParseResult given, Instant now) throws UsageException {
    Predicate<KeptPackage> all = kept -> true;
    Optional<String> host = Options.one(given, "host");
    if (host.isPresent()) {
      all = all.and(kept -> isFrom(host.get(), kept.host()));
    }
    Optional<String> kind = Options.one(given, "kind");
    if (kind.isPresent()) {
      String meant = kind(kind.get());
      all = all.and(kept -> kept.kind().equals(meant));
    }
    Optional<String> age = Options.one(given, "older-than");
    if (age.isPresent()) {
      Instant since =
          Quantities.duration(age.get())
              .map(now::minus)
              .orElseThrow(
                  () ->
                      new UsageException(
                          "--older-than " + age.get() + ": expected a time such as 30d"));
      all = all.and(kept -> kept.used().isBefore(since));
    }
    return all;
  }

  /** A host may be given with its port, or without. */
  private static boolean isFrom(String host, String kept) {
    return kept.equalsIgnoreCase(host) || kept.replaceFirst(":\\d+$", "").equalsIgnoreCase(host);
  }

  /** The kind that a word means, which may be a package manager's. */
  private static String kind(String word) throws UsageException {
    String kind = Target.ecosystem(word).orElse(word);
    Collection<String> known = KeptPackages.kinds();
    if (!known.contains(kind)) {
      throw new UsageException(
          "--kind " + word + ": there is no such kind", "one of " + String.join(", ", known));
    }
    return kind;
  }

  /** What any of these patterns fits, as a whole URL or as the file's name; * is any text. */
  static Predicate<KeptPackage> fitting(List<String> patterns) {
    List<Pattern> all = patterns.stream().map(PackageChoice::pattern).toList();
    return kept ->
        all.stream()
            .anyMatch(
                one -> one.matcher(kept.url()).matches() || one.matcher(kept.file()).matches());
  }

  private static Pattern pattern(String text) {
    return Pattern.compile(
        List.of(text.split("\\*", -1)).stream()
            .map(Pattern::quote)
            .collect(Collectors.joining(".*")));
  }
}
