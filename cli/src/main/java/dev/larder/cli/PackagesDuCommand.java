package dev.larder.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.larder.cli.progress.Amount;
import dev.larder.engine.build.Engine;
import dev.larder.engine.digest.Digest;
import dev.larder.engine.packages.KeptPackage;
import java.io.IOException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.Function;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code larder packages du}. */
final class PackagesDuCommand implements Command {
  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage()
        .description(
            "Shows how much is kept of what RUN steps downloaded, by kind and by host.",
            "Bytes that several URLs lead to count once in each line.");
    spec.addOption(Options.flag("Write JSON", "--json"));
  }

  @Override
  public int run(ParseResult given, Invocation invocation) throws UsageException, IOException {
    Options.arguments(given, "", 0, OptionalInt.of(0));
    List<KeptPackage> all;
    try (Engine engine = invocation.openEngine()) {
      all = engine.keptPackages().list();
    }
    Sum total = new Sum("Total");
    all.forEach(total::add);
    List<Sum> kinds = sums(all, KeptPackage::kind);
    List<Sum> hosts = sums(all, KeptPackage::host);
    if (Options.on(given, "json")) {
      JsonObject json = total.json("");
      json.add("kinds", json(kinds, "kind"));
      json.add("hosts", json(hosts, "host"));
      invocation.out().println(json);
    } else {
      write("KIND", kinds, total, invocation);
      invocation.out().println();
      write("HOST", hosts, total, invocation);
    }
    return Larder.OK;
  }

  /** URLs that have something in common. */
  private static final class Sum {
    private final String name;
    private final Map<Digest, Long> bodies = new HashMap<>();
    private int urls;

    Sum(String name) {
      this.name = name;
    }

    void add(KeptPackage kept) {
      urls++;
      bodies.putAll(kept.bodies());
    }

    long bytes() {
      return bodies.values().stream().mapToLong(Long::longValue).sum();
    }

    JsonObject json(String label) {
      JsonObject json = new JsonObject();
      if (!label.isEmpty()) {
        json.addProperty(label, name);
      }
      json.addProperty("urls", urls);
      json.addProperty("bytes", bytes());
      return json;
    }
  }

  private static List<Sum> sums(List<KeptPackage> all, Function<KeptPackage, String> name) {
    Map<String, Sum> sums = new TreeMap<>();
    all.forEach(kept -> sums.computeIfAbsent(name.apply(kept), Sum::new).add(kept));
    return sums.values().stream().sorted(Comparator.comparingLong(Sum::bytes).reversed()).toList();
  }

  private static void write(String heading, List<Sum> sums, Sum total, Invocation invocation) {
    Table table = new Table(heading, "URLS", "SIZE");
    for (Sum sum : sums) {
      table.add(sum.name, Integer.toString(sum.urls), Amount.tight(sum.bytes()));
    }
    table.add(total.name, Integer.toString(total.urls), Amount.tight(total.bytes()));
    table.write(invocation.out(), 80, 0);
  }

  private static JsonArray json(List<Sum> sums, String label) {
    JsonArray json = new JsonArray();
    sums.forEach(sum -> json.add(sum.json(label)));
    return json;
  }
}
