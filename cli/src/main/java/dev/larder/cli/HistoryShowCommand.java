package dev.larder.cli;

import dev.larder.engine.history.BuildRecord;
import java.io.IOException;
import java.util.OptionalInt;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code larder history show}, which buildx calls {@code inspect}. */
final class HistoryShowCommand implements Command {
  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage().description("Shows what is known of a build; without BUILD of the newest.");
    spec.addOption(Options.flag("Print the record as it is kept", "--json"));
    spec.addPositional(Options.arguments("[BUILD]", "0..*", Builds.HELP));
  }

  @Override
  public int run(ParseResult given, Invocation invocation)
      throws UsageException, FailureException, IOException {
    var word = Options.arguments(given, "BUILD", 0, OptionalInt.of(1)).stream().findFirst();
    Builds builds = Builds.of(invocation);
    BuildRecord record = builds.read(word);
    if (Options.on(given, "json")) {
      invocation.out().println(builds.records().read(record.id()));
    } else {
      new RecordText(record, invocation.out()).write();
    }
    return Larder.OK;
  }
}
