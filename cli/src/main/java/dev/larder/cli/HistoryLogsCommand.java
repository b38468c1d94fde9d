package dev.larder.cli;

import dev.larder.cli.progress.PlainProgress;
import dev.larder.cli.progress.Progress;
import dev.larder.cli.progress.RawJsonProgress;
import dev.larder.engine.event.BuildEvent;
import dev.larder.engine.history.BuildRecord;
import dev.larder.engine.history.Replay;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code larder history logs}. */
final class HistoryLogsCommand implements Command {
  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage()
        .description(
            "Shows a build's progress once more, or what one of its steps wrote; without BUILD of"
                + " the newest.");
    spec.addOption(Options.value("HOW", "plain or rawjson", "--progress"));
    spec.addPositional(
        Options.arguments("[BUILD [STEP]]", "0..*", Builds.HELP + "; a step: 3, STAGE:3, a text"));
  }

  @Override
  public int run(ParseResult given, Invocation invocation)
      throws UsageException, FailureException, IOException {
    List<String> words = Options.arguments(given, "BUILD", 0, OptionalInt.of(2));
    boolean json = Options.choice(given, "progress", "plain", "rawjson");
    Builds builds = Builds.of(invocation);
    BuildRecord record = builds.read(words.stream().findFirst());
    List<BuildEvent> events = Replay.of(record, builds.records().readLog(record.id()));
    if (words.size() == 2) {
      BuildRecord.Step step = Builds.step(record, words.getLast());
      for (BuildEvent event : events) {
        if (event instanceof BuildEvent.Wrote wrote && wrote.vertex().equals(step.vertex())) {
          invocation.out().print(wrote.text());
        }
      }
      return Larder.OK;
    }
    try (Progress progress =
        json ? new RawJsonProgress(invocation.out()) : new PlainProgress(invocation.out())) {
      events.forEach(progress::accept);
    }
    if (record.outcome() instanceof BuildRecord.Outcome.Failed(String message)) {
      Optional<String> first = message.lines().findFirst();
      if (!json && first.isPresent()) {
        invocation.out().println("ERROR: " + first.get());
      }
    }
    return Larder.OK;
  }
}
