package dev.larder.cli;

import dev.larder.engine.compose.Project;
import dev.larder.engine.compose.StartOrder;
import dev.larder.engine.service.ServiceStatus;
import dev.larder.engine.service.Services;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code larder start}: starts containers again that were stopped, as they are. */
final class StartCommand implements Command {
  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage()
        .description("Starts services again that were stopped; their containers stay as they are.");
    ServiceSetup.addTo(spec);
    spec.addPositional(Options.arguments("SERVICE", "0..*", "Services; none is all"));
  }

  @Override
  public int run(ParseResult given, Invocation invocation)
      throws FailureException, IOException, InterruptedException {
    Project project = ServiceSetup.project(given, invocation);
    Services services = ServiceSetup.services(invocation);
    ContainerLines lines = new ContainerLines(invocation.err(), false);
    start(project, services, ServiceSetup.names(given, project, services), lines);
    return Larder.OK;
  }

  /** Starts those that don't run, in the order in which they depend on each other. */
  static void start(Project project, Services services, List<String> names, ContainerLines lines)
      throws FailureException, IOException, InterruptedException {
    if (names.isEmpty()) {
      throw new FailureException(
          "start " + project.name() + ": it has no containers", "make them: larder up -d");
    }
    for (List<String> level : StartOrder.levels(project.services(), names)) {
      for (String name : level) {
        Optional<ServiceStatus> status = services.find(project.name(), name);
        boolean runs = status.isPresent() && status.get().isActive();
        String container = status.map(ServiceStatus::containerName).orElse(name);
        if (!runs) {
          lines.container(container, "Starting");
          services.resume(project.name(), name);
          lines.container(container, "Started");
        }
      }
    }
  }
}
