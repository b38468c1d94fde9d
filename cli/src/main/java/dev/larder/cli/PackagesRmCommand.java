package dev.larder.cli;

import dev.larder.engine.packages.KeptPackage;
import dev.larder.engine.prune.Kind;
import dev.larder.engine.prune.Limits;
import dev.larder.engine.prune.NothingToClearException;
import dev.larder.engine.prune.PruneRequest;
import dev.larder.engine.prune.Target;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Predicate;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code larder packages rm}. */
final class PackagesRmCommand implements Command {
  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage()
        .description(
            "Forgets URLs that RUN steps downloaded, and removes the bytes that no other URL leads"
                + " to.",
            "They are downloaded again when next needed.");
    PackageChoice.addTo(spec);
    CacheRemoval.addTo(spec);
    spec.addPositional(
        Options.arguments("PATTERN…", "0..*", "URLs or names of files; * is any text"));
  }

  @Override
  public int run(ParseResult given, Invocation invocation)
      throws UsageException, FailureException, IOException, InterruptedException {
    List<String> patterns = Options.arguments(given, "PATTERN", 0, OptionalInt.empty());
    boolean isChosen = Stream.of("host", "kind", "older-than").anyMatch(given::hasMatchedOption);
    if (patterns.isEmpty() && !isChosen) {
      throw new UsageException(
          "packages rm: nothing is named",
          "name URLs or files, or give --kind, --host or --older-than; * means all");
    }
    Predicate<KeptPackage> choice = PackageChoice.of(given, invocation.clock().instant());
    if (!patterns.isEmpty()) {
      choice = choice.and(PackageChoice.fitting(patterns));
    }
    PruneRequest request =
        new PruneRequest(
            new Target.Packages(choice),
            EnumSet.of(Kind.PACKAGE),
            item -> true,
            Limits.NONE,
            false,
            "larder packages rm");
    try {
      return CacheRemoval.run(given, invocation, request, "the packages that are named");
    } catch (NothingToClearException e) {
      throw new FailureException("packages rm: " + e.getMessage(), "larder packages ls lists them");
    }
  }
}
