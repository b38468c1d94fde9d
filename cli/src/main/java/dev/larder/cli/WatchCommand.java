package dev.larder.cli;

import dev.larder.engine.build.BuildFailure;
import dev.larder.engine.compose.Project;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code larder watch}: {@code rebuild --watch} in docker compose's words. */
final class WatchCommand implements Command {
  private final RebuildCommand rebuild = new RebuildCommand();

  @Override
  public void describe(CommandSpec spec) {
    rebuild.describe(spec);
    spec.usageMessage()
        .description(
            "Builds and starts services, then keeps them as their files are: what develop.watch"
                + " says, or a rebuild where a file of the build changes.");
    spec.addOption(Options.flag("Begin without building and starting", "--no-up"));
  }

  @Override
  public int run(ParseResult given, Invocation invocation)
      throws UsageException, FailureException, BuildFailure, IOException, InterruptedException {
    if (Options.on(given, "no-up")) {
      Project project = ServiceSetup.project(given, invocation);
      List<String> names = ServiceSetup.known(Options.arguments(given), project);
      return RebuildCommand.watch(project, names, given, invocation);
    }
    return rebuild.run(given, invocation, true);
  }
}
