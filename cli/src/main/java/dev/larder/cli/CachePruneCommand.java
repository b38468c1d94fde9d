package dev.larder.cli;

import dev.larder.engine.prune.Item;
import dev.larder.engine.prune.Kind;
import dev.larder.engine.prune.Limits;
import dev.larder.engine.prune.PruneRequest;
import dev.larder.engine.prune.Target;
import java.io.IOException;
import java.util.EnumSet;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Predicate;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code larder cache prune}. */
final class CachePruneCommand implements Command {
  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage()
        .description(
            "Removes layers and blobs that no image and no service needs, the least recently used"
                + " first.",
            "Cache mounts, packages and files of ADD stay unless --all is given.");
    CacheRemoval.addTo(spec);
    spec.addOption(Options.flag("Also what costs downloads to have again", "-a", "--all"));
    spec.addOption(
        Options.values(
            "KEY=VALUE", "Only what is so: until=24h, id=, type=, description=", "--filter"));
    spec.addOption(Options.value("SIZE", "Stop when the cache has this size", "--max-used-space"));
    spec.addOption(
        Options.value("SIZE", "Keep this much in any case", "--reserved-space", "--keep-storage"));
    spec.addOption(
        Options.value("SIZE", "Stop when this much of the disk is free", "--min-free-space"));
  }

  @Override
  public int run(ParseResult given, Invocation invocation)
      throws UsageException, FailureException, IOException, InterruptedException {
    Options.arguments(given, "", 0, OptionalInt.of(0));
    boolean all = Options.on(given, "all");
    Predicate<Item> filter =
        PruneFilter.of(Options.all(given, "filter"), invocation.clock().instant());
    Limits limits =
        new Limits(
            BuildValues.size(given, "max-used-space"),
            BuildValues.size(given, "reserved-space"),
            BuildValues.size(given, "min-free-space"));
    Set<Kind> kinds = all ? EnumSet.allOf(Kind.class) : EnumSet.of(Kind.LAYER, Kind.BLOB);
    String what =
        "all layers and blobs that no image and no service needs"
            + (all ? ", all cache mounts, packages and files of ADD" : "");
    return CacheRemoval.run(
        given,
        invocation,
        new PruneRequest(new Target.All(), kinds, filter, limits, false, "larder cache prune"),
        what);
  }
}
