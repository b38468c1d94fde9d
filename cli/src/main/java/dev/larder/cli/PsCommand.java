package dev.larder.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.larder.engine.compose.Project;
import dev.larder.engine.service.Health;
import dev.larder.engine.service.Phase;
import dev.larder.engine.service.Port;
import dev.larder.engine.service.ServiceStatus;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code larder ps}: docker compose's columns and words. */
final class PsCommand implements Command {
  private static final int COMMAND_WIDTH = 20;
  private static final List<String> STATES =
      List.of("created", "restarting", "running", "exited", "dead");

  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage().description("Lists the running containers of the project.");
    ServiceSetup.addTo(spec);
    spec.addOption(Options.flag("Stopped ones, too", "-a", "--all"));
    spec.addOption(Options.flag("Those of all projects", "--all-projects"));
    spec.addOption(Options.flag("Names of containers only", "-q", "--quiet"));
    spec.addOption(Options.flag("Names of services only", "--services"));
    spec.addOption(
        Options.values("STATE", "Only those that are so: running, exited, …", "--status"));
    spec.addOption(Options.flag("Show commands in full", "--no-trunc"));
    spec.addOption(Options.value("FORMAT", "table, or json: an object a line", "--format"));
    spec.addPositional(Options.arguments("SERVICE", "0..*", "Services; none is all"));
  }

  @Override
  public int run(ParseResult given, Invocation invocation)
      throws UsageException, FailureException, IOException {
    boolean json = Options.choice(given, "format", "table", "json");
    List<String> states = Options.all(given, "status");
    for (String state : states) {
      if (!STATES.contains(state)) {
        throw new UsageException(
            "--status " + state + ": expected one of " + String.join(", ", STATES));
      }
    }
    boolean everywhere = Options.on(given, "all-projects");
    String project = "";
    if (!everywhere) {
      Project here = ServiceSetup.project(given, invocation);
      ServiceSetup.known(Options.arguments(given), here);
      project = here.name();
    }
    String wanted = project;
    List<String> names = Options.arguments(given);
    List<ServiceStatus> shown =
        ServiceSetup.services(invocation).list().stream()
            .filter(s -> everywhere || s.project().equals(wanted))
            .filter(s -> names.isEmpty() || names.contains(s.service()))
            .filter(
                s ->
                    states.isEmpty()
                        ? Options.on(given, "all") || s.isActive()
                        : states.contains(state(s)))
            .toList();
    Instant now = invocation.clock().instant();
    PrintStream out = invocation.out();
    if (Options.on(given, "quiet")) {
      shown.forEach(status -> out.println(status.containerName()));
    } else if (Options.on(given, "services")) {
      shown.stream().map(ServiceStatus::service).distinct().forEach(out::println);
    } else if (json) {
      shown.forEach(status -> out.println(json(status, now)));
    } else {
      table(shown, Options.on(given, "no-trunc"), now).write(out);
    }
    return Larder.OK;
  }

  private static Table table(List<ServiceStatus> shown, boolean full, Instant now) {
    Table table = new Table("NAME", "IMAGE", "COMMAND", "SERVICE", "CREATED", "STATUS", "PORTS");
    for (ServiceStatus status : shown) {
      table.add(
          status.containerName(),
          status.image(),
          command(status, full),
          status.service(),
          since(status.created(), now) + " ago",
          status(status, now),
          ports(status));
    }
    return table;
  }

  private static String command(ServiceStatus status, boolean full) {
    String text = String.join(" ", status.argv()).replaceAll("\\s+", " ");
    boolean cut = !full && text.length() > COMMAND_WIDTH;
    return "\"" + (cut ? text.substring(0, COMMAND_WIDTH - 1) + "…" : text) + "\"";
  }

  private static String ports(ServiceStatus status) {
    return status.isRunning()
        ? status.ports().stream().map(Port::toString).collect(Collectors.joining(", "))
        : "";
  }

  /** Docker's word for where a container is in its life. */
  private static String state(ServiceStatus status) {
    return switch (status.phase()) {
      case STARTING -> "created";
      case RUNNING -> "running";
      case RESTARTING -> "restarting";
      case EXITED -> "exited";
      case STOPPED -> status.finished().isPresent() ? "exited" : "created";
      case FAILED -> "dead";
    };
  }

  /** {@code Up 5 minutes (healthy)}, as Docker says it. */
  static String status(ServiceStatus status, Instant now) {
    return switch (status.phase()) {
      case Phase.STARTING -> "Created";
      case Phase.RUNNING -> "Up " + since(status.started().orElse(now), now) + health(status);
      case Phase.RESTARTING ->
          "Restarting ("
              + status.exitCode().orElse(0)
              + ") "
              + since(status.finished().orElse(now), now)
              + " ago";
      case Phase.EXITED, Phase.STOPPED ->
          status.finished().isEmpty()
              ? "Created"
              : "Exited ("
                  + status.exitCode().orElse(0)
                  + ") "
                  + since(status.finished().orElse(now), now)
                  + " ago";
      case Phase.FAILED -> "Failed: " + status.problem();
    };
  }

  private static String since(Instant then, Instant now) {
    return Age.spoken(Duration.between(then, now));
  }

  private static String health(ServiceStatus status) {
    return switch (status.health().status()) {
      case NONE -> "";
      case STARTING -> " (health: starting)";
      case HEALTHY -> " (healthy)";
      case UNHEALTHY -> " (unhealthy)";
    };
  }

  private static JsonObject json(ServiceStatus status, Instant now) {
    JsonObject json = new JsonObject();
    json.addProperty("Command", command(status, true));
    json.addProperty("CreatedAt", status.created().toString());
    json.addProperty("ExitCode", status.exitCode().orElse(0));
    json.addProperty(
        "Health",
        status.health().status() == Health.Status.NONE
            ? ""
            : status.health().status().name().toLowerCase(Locale.ROOT));
    json.addProperty("Image", status.image());
    json.addProperty("Name", status.containerName());
    json.addProperty("Names", status.containerName());
    json.addProperty("Ports", ports(status));
    json.addProperty("Project", status.project());
    JsonArray publishers = new JsonArray();
    for (Port port : status.isRunning() ? status.ports() : List.<Port>of()) {
      JsonObject one = new JsonObject();
      one.addProperty("URL", port.address().isEmpty() ? "0.0.0.0" : port.address());
      one.addProperty("TargetPort", port.container());
      one.addProperty("PublishedPort", port.host());
      one.addProperty("Protocol", "tcp");
      publishers.add(one);
    }
    json.add("Publishers", publishers);
    json.addProperty("RunningFor", since(status.created(), now) + " ago");
    json.addProperty("Service", status.service());
    json.addProperty("State", state(status));
    json.addProperty("Status", status(status, now));
    return json;
  }
}
