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
    spec.addPositional(Options.arguments("SERVICE", "0..*", "Services; none is all"));
  }

  @Override
  public int run(ParseResult given, Invocation invocation)
      throws FailureException, IOException, InterruptedException {
    Project project = ServiceSetup.project(given, invocation);
    Services services = ServiceSetup.services(invocation);
    for (String name : ServiceSetup.names(given, project, services).reversed()) {
      boolean ran = services.stop(project.name(), name);
      invocation.err().println(name + (ran ? ": stopped" : ": did not run"));
    }
    return Larder.OK;
  }
}
