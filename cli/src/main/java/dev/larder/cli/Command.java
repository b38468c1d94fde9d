package dev.larder.cli;

import dev.larder.engine.build.BuildFailure;
import java.io.IOException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** A subcommand. Only the one that was chosen is made, since each option costs start-up time. */
interface Command {
  /** Adds its options and arguments. */
  void describe(CommandSpec spec);

  /**
   * Does it.
   *
   * @return the exit status
   * @throws UsageException if the arguments contradict each other or can't be read
   * @throws FailureException if it can't be done
   * @throws BuildFailure if a build can't be done
   * @throws IOException if the machine is in the way
   */
  int run(ParseResult arguments, Invocation invocation)
      throws UsageException, FailureException, BuildFailure, IOException, InterruptedException;
}
