package dev.larder.cli;

import dev.larder.engine.build.Engine;
import dev.larder.engine.history.Bundle;
import java.io.IOException;
import java.util.List;
import java.util.OptionalInt;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code larder history import}. */
final class HistoryImportCommand implements Command {
  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage().description("Takes exported builds into the history of this machine.");
    spec.addPositional(Options.arguments("FILE…", "0..*", "Files of larder history export"));
  }

  @Override
  public int run(ParseResult given, Invocation invocation)
      throws UsageException, FailureException, IOException {
    List<String> files = Options.arguments(given, "FILE", 1, OptionalInt.empty());
    try (Engine engine = invocation.openEngine()) {
      for (String file : files) {
        Bundle bundle = Builds.open(invocation.directory().resolve(file));
        engine.past().add(bundle);
        invocation.out().println(bundle.record().id());
      }
    }
    return Larder.OK;
  }
}
