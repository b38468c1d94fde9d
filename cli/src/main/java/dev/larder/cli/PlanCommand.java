package dev.larder.cli;

import dev.larder.cli.progress.Progress;
import dev.larder.engine.build.BuildFailure;
import dev.larder.engine.build.BuildRequest;
import dev.larder.engine.build.Engine;
import dev.larder.engine.build.Forecast;
import dev.larder.engine.dockerfile.Suggestion;
import java.io.IOException;
import java.util.List;
import java.util.OptionalInt;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code larder plan}, which is {@code larder build --dry-run}. */
final class PlanCommand implements Command {
  private static final List<String> FORMATS = List.of("text", "json", "dot", "svg", "html");

  @Override
  public void describe(CommandSpec spec) {
    BuildOptions.addTo(spec);
    spec.usageMessage()
        .description(
            "Says which steps larder build with the same options would run and why, and what it"
                + " would fetch as far as that is known. Nothing is run and nothing is kept.");
  }

  @Override
  public int run(ParseResult given, Invocation invocation)
      throws UsageException, FailureException, BuildFailure, IOException, InterruptedException {
    String context = Options.arguments(given, "CONTEXT", 1, OptionalInt.of(1)).getFirst();
    return run(BuildCommand.request(given, context, invocation), given, invocation);
  }

  static int run(BuildRequest request, ParseResult given, Invocation invocation)
      throws UsageException, BuildFailure, IOException, InterruptedException {
    String format = Options.one(given, "format").orElse("text");
    if (!FORMATS.contains(format)) {
      throw new UsageException(
          "--format " + format + ": expected text, json, dot, svg or html",
          Suggestion.hint("", format, FORMATS));
    }
    Forecast forecast;
    try (Engine engine = invocation.openEngine()) {
      forecast = engine.forecast(request, new Progress.Quiet());
    }
    String name = request.names().isEmpty() ? "the build" : request.names().getFirst().familiar();
    invocation
        .out()
        .print(
            switch (format) {
              case "json" -> ForecastText.json(forecast) + "\n";
              case "dot" -> ForecastGraph.dot(forecast);
              case "svg" -> ForecastGraph.svg(forecast);
              case "html" -> ForecastGraph.html(forecast, "Plan of " + name);
              default -> ForecastText.text(forecast);
            });
    return Larder.OK;
  }
}
