package dev.larder.cli;

import com.google.gson.JsonObject;
import dev.larder.cli.progress.Amount;
import dev.larder.engine.build.Engine;
import dev.larder.engine.packages.KeptPackage;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code larder packages ls}. */
final class PackagesLsCommand implements Command {
  private static final int COLUMNS = 80;

  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage().description("Lists what RUN steps downloaded, the largest first.");
    PackageChoice.addTo(spec);
    spec.addOption(Options.flag("Write JSON, a line each", "--json"));
    spec.addOption(Options.flag("Whole URLs, and when they were stored", "--no-trunc"));
  }

  @Override
  public int run(ParseResult given, Invocation invocation) throws UsageException, IOException {
    Options.arguments(given, "", 0, OptionalInt.of(0));
    Instant now = invocation.clock().instant();
    var choice = PackageChoice.of(given, now);
    List<KeptPackage> all;
    try (Engine engine = invocation.openEngine()) {
      all = engine.keptPackages().list();
    }
    Comparator<KeptPackage> bySize = Comparator.comparingLong(KeptPackage::bytes);
    List<KeptPackage> chosen =
        all.stream()
            .filter(choice)
            .sorted(bySize.reversed().thenComparing(KeptPackage::url))
            .toList();
    if (Options.on(given, "json")) {
      chosen.forEach(kept -> invocation.out().println(json(kept)));
    } else {
      boolean whole = Options.on(given, "no-trunc");
      table(chosen, now, whole).write(invocation.out(), whole ? Integer.MAX_VALUE : COLUMNS, 3);
    }
    return Larder.OK;
  }

  private static Table table(List<KeptPackage> chosen, Instant now, boolean whole) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(new ArrayList<>(List.of("KIND", "SIZE", "LAST USED", "URL")));
    for (KeptPackage kept : chosen) {
      rows.add(
          new ArrayList<>(
              List.of(
                  kept.kind(),
                  Amount.tight(kept.bytes()),
                  ago(kept.used(), now),
                  whole ? kept.url() : BriefUrl.of(kept.url()))));
    }
    if (whole) {
      rows.getFirst().add(2, "STORED");
      for (int i = 0; i < chosen.size(); i++) {
        rows.get(i + 1).add(2, ago(chosen.get(i).stored(), now));
      }
    }
    return new Table(rows);
  }

  private static String ago(Instant time, Instant now) {
    return ImagesCommand.ago(Duration.between(time, now));
  }

  private static JsonObject json(KeptPackage kept) {
    JsonObject json = new JsonObject();
    json.addProperty("url", kept.url());
    json.addProperty("kind", kept.kind());
    json.addProperty("bytes", kept.bytes());
    json.addProperty("stored", kept.stored().toString());
    json.addProperty("lastUsed", kept.used().toString());
    return json;
  }
}
