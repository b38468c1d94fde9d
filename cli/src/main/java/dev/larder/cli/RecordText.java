package dev.larder.cli;

import dev.larder.cli.progress.Amount;
import dev.larder.cli.progress.LogText;
import dev.larder.engine.event.Amounts;
import dev.larder.engine.event.Reason;
import dev.larder.engine.event.Waste;
import dev.larder.engine.history.BuildRecord;
import dev.larder.engine.history.CriticalPath;
import java.io.PrintStream;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;

/** The record of a build as people read it. */
final class RecordText {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'UTC'").withZone(ZoneOffset.UTC);

  private static final int BAR = 30;

  private final BuildRecord record;
  private final PrintStream out;

  RecordText(BuildRecord record, PrintStream out) {
    this.record = record;
    this.out = out;
  }

  void write() {
    line("build", record.id());
    line("name", HistoryListCommand.name(record));
    line("started", TIME.format(record.started()));
    line("status", record.status() + " in " + Amount.spoken(record.took()));
    switch (record.outcome()) {
      case BuildRecord.Outcome.Built(var image, var manifest) -> {
        line("image", image.toString());
        manifest.ifPresent(digest -> line("manifest", digest.toString()));
      }
      case BuildRecord.Outcome.Failed(String message) ->
          line("error", message.lines().findFirst().orElse(""));
      case BuildRecord.Outcome.Cancelled() -> {}
    }
    asked();
    bytes();
    record.versions().forEach(this::line);
    steps();
    timeline();
    record.warnings().forEach(warning -> out.println("\nwarning: " + shown(warning.text())));
    for (Waste waste : record.waste()) {
      out.println("\nin vain: " + shown(waste.step() + ": " + waste.text()));
      out.println("  " + shown(waste.hint()));
    }
  }

  private void line(String name, String value) {
    if (!value.isEmpty()) {
      out.println(String.format("%-12s%s", name, shown(value)));
    }
  }

  /** On one line, and without what would move a terminal's cursor. */
  private static String shown(String text) {
    return LogText.line(text);
  }

  private void asked() {
    record
        .request()
        .forEach(
            (name, value) -> {
              if (name.startsWith("name.")) {
                line("named", value);
              } else if (name.startsWith("arg.")) {
                line("argument", name.substring("arg.".length()));
              } else if (name.startsWith("context.")) {
                line("context", name.substring("context.".length()) + "=" + value);
              } else if (!name.equals("dockerfileDigest") && !name.equals("cache")) {
                line(name, value);
              } else if (name.equals("cache") && !value.equals("Use")) {
                line(name, value.equals("Ignore") ? "--no-cache" : "--no-cache-filter");
              }
            });
  }

  private void bytes() {
    Amounts amounts = record.amounts();
    line(
        "bytes",
        Amount.spaced(amounts.network())
            + " from the network, "
            + Amount.spaced(amounts.registry())
            + " from registries, "
            + Amount.spaced(amounts.context())
            + " of context");
  }

  private void steps() {
    if (record.steps().stream().anyMatch(step -> step.place().number() > 0)) {
      out.println("\nOUTCOME     TOOK        DOWNLOADED   STEP");
    }
    for (BuildRecord.Step step : record.steps()) {
      if (step.place().number() > 0) {
        write(step);
      }
    }
  }

  /** The critical path as bars: where they begin and how long they are is when each step ran. */
  private void timeline() {
    List<BuildRecord.Step> path = CriticalPath.of(record);
    if (path.size() < 2 || !record.took().isPositive()) {
      return;
    }
    Duration sum = path.stream().map(BuildRecord.Step::took).reduce(Duration.ZERO, Duration::plus);
    out.println("\ncritical path: " + Amount.spoken(sum) + " of " + Amount.spoken(record.took()));
    double scale = (double) BAR / record.took().toMillis();
    for (BuildRecord.Step step : path) {
      int from = Math.clamp(Math.round(step.queued().toMillis() * scale), 0, BAR - 1);
      int length = Math.clamp(Math.round(step.took().toMillis() * scale), 1, BAR - from);
      String bar = " ".repeat(from) + "#".repeat(length);
      out.println(
          String.format("%-32s%-10s%s", bar, Amount.spoken(step.took()), shown(step.name())));
    }
  }

  private void write(BuildRecord.Step step) {
    boolean ran = !step.outcome().equals("reused") && !step.outcome().equals("unused");
    String bytes =
        step.uncounted()
            ? "unknown"
            : step.amounts().downloaded() == 0 ? "" : Amount.spaced(step.amounts().downloaded());
    out.println(
        String.format(
            "%-12s%-12s%-13s%s",
            step.outcome(), ran ? Amount.spoken(step.took()) : "", bytes, shown(step.name())));
    for (Reason reason : step.reasons()) {
      out.println("            because: " + shown(reason.text()));
    }
    warnings(step);
  }

  private void warnings(BuildRecord.Step step) {
    record.warnings().stream()
        .filter(warning -> warning.vertex().equals(Optional.of(step.vertex())))
        .forEach(warning -> out.println("            warning: " + shown(warning.text())));
  }
}
