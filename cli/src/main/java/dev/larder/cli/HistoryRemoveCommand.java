package dev.larder.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code larder history rm}. */
final class HistoryRemoveCommand implements Command {
  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage().description("Removes records of builds and their logs.");
    spec.addOption(Options.flag("Remove all of them", "-a", "--all"));
    spec.addPositional(Options.arguments("BUILD…", "0..*", Builds.HELP));
  }

  @Override
  public int run(ParseResult given, Invocation invocation)
      throws UsageException, FailureException, IOException {
    boolean all = Options.on(given, "all");
    List<String> words =
        Options.arguments(
            given, "BUILD", all ? 0 : 1, all ? OptionalInt.of(0) : OptionalInt.empty());
    Builds builds = Builds.of(invocation);
    List<String> ids = new ArrayList<>(all ? builds.records().ids() : List.of());
    for (String word : words) {
      ids.add(builds.id(Optional.of(word)));
    }
    for (String id : ids) {
      builds.records().remove(id);
      invocation.out().println(id);
    }
    return Larder.OK;
  }
}
