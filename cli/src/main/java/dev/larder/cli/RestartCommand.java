package dev.larder.cli;

import dev.larder.engine.compose.Project;
import dev.larder.engine.service.Services;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code larder restart}: stops containers and starts them again, as they are. */
final class RestartCommand implements Command {
  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage()
        .description(
            "Stops services and starts them again. Their containers stay as they are: what changed"
                + " in code or in the compose file needs larder rebuild.");
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
    List<String> names = ServiceSetup.names(given, project, services);
    new Running(project, services, lines, grace).stop(names);
    StartCommand.start(project, services, names, lines);
    return Larder.OK;
  }
}
