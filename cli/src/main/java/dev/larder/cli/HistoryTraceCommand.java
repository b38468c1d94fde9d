package dev.larder.cli;

import dev.larder.engine.history.TraceJson;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalInt;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code larder history trace}. */
final class HistoryTraceCommand implements Command {
  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage()
        .description(
            "Prints a build as a trace that chrome://tracing and Perfetto show; without BUILD the"
                + " newest.");
    spec.addPositional(Options.arguments("[BUILD]", "0..*", Builds.HELP));
  }

  @Override
  public int run(ParseResult given, Invocation invocation)
      throws UsageException, FailureException, IOException {
    Optional<String> word =
        Options.arguments(given, "BUILD", 0, OptionalInt.of(1)).stream().findFirst();
    invocation.out().println(TraceJson.of(Builds.of(invocation).read(word)));
    return Larder.OK;
  }
}
