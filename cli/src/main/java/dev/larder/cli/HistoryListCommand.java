package dev.larder.cli;

import com.google.gson.JsonObject;
import dev.larder.cli.progress.Amount;
import dev.larder.cli.progress.ErrorReport;
import dev.larder.engine.history.BuildRecord;
import dev.larder.engine.history.BuildRecords;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code larder history ls}. */
final class HistoryListCommand implements Command {
  private static final int WIDTH = 80;

  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage().description("Lists the builds that left a record, the newest first.");
    spec.addOption(Options.flag("Print an object a line", "--json"));
    spec.addOption(Options.flag("Print ids and names in full", "--no-trunc"));
    spec.addOption(Options.flag("Print the ids only", "-q", "--quiet"));
  }

  @Override
  public int run(ParseResult given, Invocation invocation) throws UsageException, IOException {
    Options.arguments(given, "", 0, OptionalInt.of(0));
    List<BuildRecord> builds = new ArrayList<>();
    for (BuildRecords.Entry entry : Builds.of(invocation).records().all()) {
      switch (entry) {
        case BuildRecords.Entry.Whole(BuildRecord record) -> builds.add(record);
        case BuildRecords.Entry.Unreadable torn ->
            ErrorReport.write(
                invocation.err(),
                "read " + torn.file() + ": " + torn.reason(),
                "larder history rm " + torn.id() + " removes it");
      }
    }
    PrintStream out = invocation.out();
    if (Options.on(given, "quiet")) {
      builds.forEach(build -> out.println(build.id()));
    } else if (Options.on(given, "json")) {
      builds.forEach(build -> out.println(json(build)));
    } else {
      write(builds, invocation, Options.on(given, "no-trunc"));
    }
    return Larder.OK;
  }

  private static void write(List<BuildRecord> builds, Invocation invocation, boolean whole) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("BUILD", "NAME", "STATUS", "AGE", "TOOK", "RAN", "DOWNLOADED"));
    for (BuildRecord build : builds) {
      Duration age = Duration.between(build.started(), invocation.clock().instant());
      long ran = build.count("ran") + build.count("failed");
      rows.add(
          List.of(
              whole ? build.id() : BuildRecords.brief(build.id()),
              name(build),
              build.status(),
              Age.spoken(age),
              Amount.spoken(build.took()),
              ran + "/" + (ran + build.count("reused")),
              Amount.spaced(build.amounts().downloaded())));
    }
    Table table = new Table(rows);
    table.write(invocation.out(), whole ? Integer.MAX_VALUE : WIDTH, 1);
  }

  /** {@code app}, {@code app/dev.Dockerfile (tests)}: what people call what was built. */
  static String name(BuildRecord build) {
    String context = build.request().getOrDefault("context", "-");
    String file = build.request().getOrDefault("dockerfile", "Dockerfile");
    String target = build.request().getOrDefault("target", "");
    return last(context)
        + (last(file).equals("Dockerfile") ? "" : "/" + last(file))
        + (target.isEmpty() ? "" : " (" + target + ")");
  }

  private static String last(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  private static JsonObject json(BuildRecord build) {
    JsonObject json = new JsonObject();
    json.addProperty("id", build.id());
    json.addProperty("name", name(build));
    json.addProperty("status", build.status());
    json.addProperty("started", build.started().toString());
    json.addProperty("tookMillis", build.took().toMillis());
    json.addProperty("ran", build.count("ran"));
    json.addProperty("reused", build.count("reused"));
    json.addProperty("failed", build.count("failed"));
    json.addProperty("downloaded", build.amounts().downloaded());
    if (build.outcome() instanceof BuildRecord.Outcome.Built(var image, var manifest)) {
      json.addProperty("image", image.toString());
      manifest.ifPresent(digest -> json.addProperty("manifest", digest.toString()));
    }
    return json;
  }
}
