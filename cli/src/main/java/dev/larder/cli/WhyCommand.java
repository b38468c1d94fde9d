package dev.larder.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.larder.cli.progress.Amount;
import dev.larder.cli.progress.LogText;
import dev.larder.engine.build.Engine;
import dev.larder.engine.build.Past;
import dev.larder.engine.event.FileChange;
import dev.larder.engine.event.PackageChange;
import dev.larder.engine.event.Reason;
import dev.larder.engine.history.BuildRecord;
import dev.larder.engine.history.BuildRecords;
import dev.larder.engine.history.Comparison;
import dev.larder.engine.history.Explainer;
import dev.larder.engine.history.ReasonJson;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code larder why}: why steps ran, or in what two builds differ. */
final class WhyCommand implements Command {
  private static final int FEW_FILES = 4;
  private static final int DIFFS = 5;
  private static final int DIFF_LINES = 40;

  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage()
        .description(
            "Says why the steps of a build ran, by default of the newest; with a STEP all that is"
                + " known of it. With two builds it says in what the second differs from the"
                + " first.",
            Builds.HELP + ", or a file of larder history export.");
    spec.addOption(Options.flag("Print one object", "--json"));
    spec.addOption(Options.flag("Do not show how files differ", "--no-diff"));
    spec.addPositional(Options.arguments("[BUILD [STEP|BUILD]]", "0..*", "What to explain"));
  }

  @Override
  public int run(ParseResult given, Invocation invocation)
      throws UsageException, FailureException, IOException {
    List<String> words = Options.arguments(given, "BUILD", 0, OptionalInt.of(2));
    try (Engine engine = invocation.openEngine()) {
      Builds builds = Builds.of(engine, invocation);
      Why why = new Why(engine.past(), builds, !Options.on(given, "no-diff"));
      boolean json = Options.on(given, "json");
      if (words.size() == 2 && builds.isBuild(words.getLast())) {
        why.compare(words.getFirst(), words.getLast());
      } else if (words.size() == 1 && !builds.isBuild(words.getFirst())) {
        why.explain(Optional.empty(), Optional.of(words.getFirst()));
      } else {
        why.explain(words.stream().findFirst(), words.stream().skip(1).findFirst());
      }
      if (json) {
        invocation.out().println(why.json());
      } else {
        why.write(invocation.out());
      }
    }
    return Larder.OK;
  }

  /** A step, with what is said of it. */
  private record Said(BuildRecord.Step step, List<Reason> reasons, List<Diff> diffs) {}

  private record Diff(String path, List<String> lines) {}

  /** What is asked for, found out and then told. */
  private static final class Why {
    private final Past past;
    private final Builds builds;
    private final boolean diffs;
    private final List<Said> steps = new ArrayList<>();
    private String head = "";
    private String build = "";
    private String against = "";
    private List<String> request = List.of();
    private List<BuildRecord.Step> removed = List.of();
    private boolean whole;
    private boolean compared;

    Why(Past past, Builds builds, boolean diffs) {
      this.past = past;
      this.builds = builds;
      this.diffs = diffs;
    }

    void explain(Optional<String> word, Optional<String> step)
        throws FailureException, IOException {
      BuildRecord record = builds.bundle(word).record();
      List<BuildRecord.Step> asked =
          step.isPresent() ? List.of(Builds.step(record, step.get())) : record.steps("");
      for (BuildRecord.Step one : asked) {
        if (!one.reasons().isEmpty() || step.isPresent()) {
          steps.add(
              new Said(one, one.reasons(), step.isPresent() ? diffs(record, one) : List.of()));
        }
      }
      build = record.id();
      against = steps.size() == 1 ? steps.getFirst().step().against() : "";
      whole = step.isPresent();
      long ran = record.count("ran") + record.count("failed");
      head =
          called(record)
              + (ran == 0
                  ? ": no step ran, all were reused"
                  : ": " + Amount.steps((int) ran) + " ran");
    }

    /** A step's own record knows which build it was compared with, if that is still there. */
    private List<Diff> diffs(BuildRecord record, BuildRecord.Step step) throws IOException {
      Optional<BuildRecord> earlier =
          step.against().isEmpty() ? Optional.empty() : builds.records().find(step.against());
      if (earlier.isEmpty()) {
        return List.of();
      }
      Comparison comparison = past.compare(past.bundle(record), past.bundle(earlier.get()));
      return diffs(step, edited(comparison, step));
    }

    private static List<Explainer.Edited> edited(Comparison comparison, BuildRecord.Step step) {
      return comparison.steps().stream()
          .filter(difference -> difference.step().equals(step))
          .flatMap(difference -> difference.edited().stream())
          .toList();
    }

    private List<Diff> diffs(BuildRecord.Step step, List<Explainer.Edited> edited)
        throws IOException {
      List<Diff> all = new ArrayList<>();
      for (Explainer.Edited file : edited) {
        if (diffs && all.size() < DIFFS) {
          List<String> lines = past.diff(step, file);
          if (!lines.isEmpty()) {
            all.add(new Diff(file.path(), lines));
          }
        }
      }
      return all;
    }

    void compare(String first, String second) throws FailureException, IOException {
      var earlier = builds.bundle(Optional.of(first));
      var now = builds.bundle(Optional.of(second));
      Comparison comparison = past.compare(now, earlier);
      for (Comparison.Difference one : comparison.steps()) {
        steps.add(new Said(one.step(), one.reasons(), diffs(one.step(), one.edited())));
      }
      build = now.record().id();
      against = earlier.record().id();
      request = comparison.request();
      removed = comparison.removed();
      whole = true;
      compared = true;
      boolean same = steps.isEmpty() && removed.isEmpty();
      head =
          called(now.record())
              + (same ? " has the same steps as " : " differs from ")
              + called(earlier.record());
    }

    private static String called(BuildRecord record) {
      return "build "
          + BuildRecords.brief(record.id())
          + " of "
          + HistoryListCommand.name(record)
          + " ("
          + record.status()
          + ")";
    }

    void write(PrintStream out) {
      out.println(LogText.line(head));
      request.forEach(line -> out.println("  " + LogText.line(line)));
      for (Said said : steps) {
        out.println("\n" + LogText.line(said.step().name()));
        if (said.reasons().isEmpty()) {
          out.println("  " + said.step().outcome() + ": no reason was kept");
        }
        said.reasons().forEach(reason -> write(reason, out));
        if (whole && said.step().against().equals(against) && !compared) {
          out.println("  compared with build " + BuildRecords.brief(said.step().against()));
        }
        said.diffs().forEach(diff -> write(diff, out));
      }
      removed.forEach(step -> out.println("\n" + LogText.line(step.name()) + "\n  is gone"));
    }

    private void write(Reason reason, PrintStream out) {
      out.println("  " + LogText.line(reason.text()));
      List<String> more = new ArrayList<>();
      if (reason instanceof Reason.FilesChanged changed && changed.files().size() > FEW_FILES) {
        changed.files().stream().map(FileChange::text).forEach(more::add);
      } else if (reason instanceof Reason.PackagesChanged changed
          && changed.changes().size() > FEW_FILES) {
        changed.changes().stream().map(PackageChange::text).forEach(more::add);
      }
      if (whole) {
        more.forEach(line -> out.println("    " + LogText.line(line)));
      }
    }

    private static void write(Diff diff, PrintStream out) {
      out.println("  --- " + LogText.line(diff.path()) + "\n  +++ " + LogText.line(diff.path()));
      diff.lines().stream()
          .limit(DIFF_LINES)
          .forEach(line -> out.println("  " + LogText.line(line.replace("\r", "␍"))));
      if (diff.lines().size() > DIFF_LINES) {
        out.println("  … " + (diff.lines().size() - DIFF_LINES) + " more lines");
      }
    }

    JsonObject json() {
      JsonObject json = new JsonObject();
      json.addProperty("build", build);
      if (!against.isEmpty()) {
        json.addProperty("against", against);
      }
      json.add("request", strings(request));
      JsonArray all = new JsonArray();
      steps.forEach(said -> all.add(json(said)));
      json.add("steps", all);
      json.add("removed", strings(removed.stream().map(BuildRecord.Step::name).toList()));
      return json;
    }

    private static JsonObject json(Said said) {
      JsonObject json = new JsonObject();
      BuildRecord.Step step = said.step();
      json.addProperty("name", step.name());
      json.addProperty("stage", step.place().stage());
      json.addProperty("number", step.place().number());
      json.addProperty("outcome", step.outcome());
      json.addProperty("against", step.against());
      JsonArray reasons = new JsonArray();
      said.reasons()
          .forEach(reason -> reasons.add(JsonParser.parseString(ReasonJson.text(reason))));
      json.add("reasons", reasons);
      JsonArray diffs = new JsonArray();
      for (Diff diff : said.diffs()) {
        JsonObject one = new JsonObject();
        one.addProperty("path", diff.path());
        one.add("lines", strings(diff.lines()));
        diffs.add(one);
      }
      json.add("diffs", diffs);
      return json;
    }

    private static JsonArray strings(List<String> texts) {
      JsonArray array = new JsonArray();
      texts.forEach(array::add);
      return array;
    }
  }
}
