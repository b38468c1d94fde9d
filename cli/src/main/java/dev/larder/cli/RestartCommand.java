package dev.larder.cli;

import dev.larder.engine.compose.ComposeException;
import dev.larder.engine.compose.Project;
import dev.larder.engine.compose.Service;
import dev.larder.engine.compose.Sources;
import dev.larder.engine.service.ServiceStatus;
import dev.larder.engine.service.Services;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
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
    warnOfOldCode(project, services, names, invocation);
    new Running(project, services, lines, grace).stop(names);
    StartCommand.start(project, services, names, lines);
    return Larder.OK;
  }

  /** A restart does not bring new code where an image holds the old one. */
  private static void warnOfOldCode(
      Project project, Services services, List<String> names, Invocation invocation)
      throws FailureException, IOException {
    for (String name : names) {
      Service service = project.services().get(name);
      Optional<ServiceStatus> status = services.find(project.name(), name);
      if (service == null || status.isEmpty()) {
        continue;
      }
      try {
        Optional<Path> newer = Sources.changedSince(service, status.get().created());
        if (newer.isPresent()) {
          Path file = newer.get();
          Path shown = file.startsWith(project.folder()) ? project.folder().relativize(file) : file;
          invocation
              .err()
              .println(
                  "WARNING: "
                      + shown
                      + " is newer than the container of "
                      + name
                      + ", and a restart does not bring it there; this does: larder rebuild "
                      + name);
        }
      } catch (ComposeException e) {
        throw ServiceSetup.failure(e);
      }
    }
  }
}
