package dev.larder.cli;

import dev.larder.engine.service.Roots;
import dev.larder.engine.service.Supervisor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalInt;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** Looks after one service until it ends; started by Larder itself, in a session of its own. */
final class SuperviseCommand implements Command {
  static final String NAME = "supervise";

  @Override
  public void describe(CommandSpec spec) {
    spec.addPositional(Options.arguments("FOLDER", "0..*", "The service's folder"));
  }

  @Override
  public int run(ParseResult given, Invocation invocation)
      throws UsageException, IOException, InterruptedException {
    Path folder =
        invocation
            .directory()
            .resolve(Options.arguments(given, "FOLDER", 1, OptionalInt.of(1)).getFirst());
    Path home = folder.resolve("../../..").normalize(); // HOME/services/PROJECT/SERVICE
    return Supervisor.run(folder, Roots.of(home), invocation.clock(), invocation.environment());
  }
}
