package dev.larder.cli;

import dev.larder.engine.compose.ComposeException;
import dev.larder.engine.compose.Project;
import dev.larder.engine.compose.Service;
import dev.larder.engine.compose.StartOrder;
import dev.larder.engine.service.Services;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
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
    List<String> names = new ArrayList<>(ServiceSetup.names(given, project, services));
    List<String> order = order(project);
    // What others depend on ends after them; a database waits for those who use it.
    names.sort(Comparator.comparingInt(order::indexOf).reversed());
    for (String name : names) {
      boolean ran = services.stop(project.name(), name);
      invocation.err().println(name + (ran ? ": stopped" : ": did not run"));
    }
    return Larder.OK;
  }

  private static List<String> order(Project project) throws FailureException {
    try {
      return StartOrder.of(project.services(), project.services().keySet()).stream()
          .map(Service::name)
          .toList();
    } catch (ComposeException e) {
      throw ServiceSetup.failure(e);
    }
  }
}
