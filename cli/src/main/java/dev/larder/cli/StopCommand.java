package dev.larder.cli;

import dev.larder.engine.compose.Project;
import dev.larder.engine.service.Services;
import java.io.IOException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code larder stop}. */
final class StopCommand implements Command {
  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage().description("Stops services of the project; volumes keep their data.");
    ServiceSetup.addTo(spec);
    spec.addOption(Options.value("SECONDS", "Time to stop before it is killed", "-t", "--timeout"));
    spec.addPositional(Options.arguments("SERVICE", "0..*", "Services; none is all"));
  }

  @Override
  public int run(ParseResult given, Invocation invocation)
      throws UsageException, FailureException, IOException, InterruptedException {
    var grace = ServiceSetup.duration(given, "timeout");
    Project project = ServiceSetup.project(given, invocation);
    Services services = ServiceSetup.services(invocation);
    ContainerLines lines = new ContainerLines(invocation.err(), false);
    new Running(project, services, lines, grace).stop(ServiceSetup.names(given, project, services));
    return Larder.OK;
  }
}
