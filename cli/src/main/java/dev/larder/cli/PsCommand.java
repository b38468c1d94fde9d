package dev.larder.cli;

import dev.larder.engine.compose.Project;
import dev.larder.engine.service.Health;
import dev.larder.engine.service.Phase;
import dev.larder.engine.service.Port;
import dev.larder.engine.service.ServiceStatus;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code larder ps}. */
final class PsCommand implements Command {
  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage().description("Lists the services of the project, or of all projects.");
    ServiceSetup.addTo(spec);
    spec.addOption(Options.flag("Services of all projects", "-a", "--all"));
  }

  @Override
  public int run(ParseResult given, Invocation invocation)
      throws UsageException, FailureException, IOException {
    Options.arguments(given, "", 0, OptionalInt.of(0));
    List<ServiceStatus> all = ServiceSetup.services(invocation).list();
    boolean everywhere = Options.on(given, "all");
    String project = "";
    if (!everywhere) {
      Project here = ServiceSetup.project(given, invocation);
      project = here.name();
    }
    Table table = new Table("SERVICE", "PROJECT", "IMAGE", "STATUS", "PORTS");
    for (ServiceStatus status : all) {
      if (everywhere || status.project().equals(project)) {
        table.add(
            status.service(),
            status.project(),
            status.image(),
            status(status, invocation.clock().instant()),
            ports(status));
      }
    }
    table.write(invocation.out());
    return Larder.OK;
  }

  private static String ports(ServiceStatus status) {
    return status.isRunning()
        ? status.ports().stream().map(Port::toString).collect(Collectors.joining(", "))
        : "";
  }

  /** {@code Up 5 minutes (healthy)}, as Docker says it. */
  static String status(ServiceStatus status, Instant now) {
    return switch (status.phase()) {
      case Phase.STARTING -> "Starting";
      case Phase.RUNNING -> "Up " + since(status.started().orElse(now), now) + health(status);
      case Phase.RESTARTING -> "Restarting (" + status.exitCode().orElse(0) + ")";
      case Phase.EXITED, Phase.STOPPED ->
          "Exited ("
              + status.exitCode().orElse(0)
              + ") "
              + since(status.finished().orElse(now), now)
              + " ago";
      case Phase.FAILED -> "Failed: " + status.problem();
    };
  }

  private static String since(Instant then, Instant now) {
    return spoken(Duration.between(then, now));
  }

  /** {@code 5 min}, {@code 3 days}. */
  static String spoken(Duration age) {
    if (age.toSeconds() < 60) {
      return Math.max(0, age.toSeconds()) + " s";
    }
    if (age.toMinutes() < 60) {
      return age.toMinutes() + " min";
    }
    return age.toHours() < 48 ? age.toHours() + " h" : age.toDays() + " days";
  }

  private static String health(ServiceStatus status) {
    return status.health().status() == Health.Status.NONE
        ? ""
        : " (" + status.health().status().name().toLowerCase(Locale.ROOT) + ")";
  }
}
