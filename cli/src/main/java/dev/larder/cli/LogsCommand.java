package dev.larder.cli;

import dev.larder.engine.compose.Project;
import dev.larder.engine.service.ServiceLog;
import dev.larder.engine.service.ServiceStatus;
import dev.larder.engine.service.Services;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code larder logs}. */
final class LogsCommand implements Command {
  private static final long PAUSE_MILLIS = 100;

  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage().description("Shows what services write.");
    // -f follows here, as everywhere; so the compose file has its long name only.
    spec.addOption(Options.values("FILE", "Compose file", "--file"));
    spec.addOption(Options.values("FILE", "File of variables in place of .env", "--env-file"));
    spec.addOption(Options.value("FOLDER", "Where relative paths start", "--project-directory"));
    spec.addOption(Options.value("NAME", "Name of the project", "-p", "--project-name"));
    spec.addOption(Options.flag("Go on until all of them have ended", "-f", "--follow"));
    spec.addOption(Options.value("LINES", "Begin that many lines before the end", "-n", "--tail"));
    spec.addOption(Options.value("WHEN", "What came later: 10m, or a time", "--since"));
    spec.addOption(Options.value("WHEN", "What came earlier: 10m, or a time", "--until"));
    spec.addOption(Options.flag("Times before lines", "-t", "--timestamps"));
    spec.addOption(Options.flag("No names before lines", "--no-log-prefix"));
    spec.addOption(Options.flag("Accepted; nothing is coloured", "--no-color"));
    spec.addPositional(Options.arguments("SERVICE", "0..*", "Services; none is all"));
  }

  @Override
  public int run(ParseResult given, Invocation invocation)
      throws UsageException, FailureException, IOException, InterruptedException {
    Instant now = invocation.clock().instant();
    int lines = lines(Options.one(given, "tail"));
    Optional<Instant> since = PointInTime.of(given, "since", now);
    Optional<Instant> until = PointInTime.of(given, "until", now);
    Project project = ServiceSetup.project(given, invocation);
    Services services = ServiceSetup.services(invocation);
    List<String> names = ServiceSetup.names(given, project, services);
    LogFollower.Style style =
        new LogFollower.Style(!Options.on(given, "no-log-prefix"), Options.on(given, "timestamps"));
    int width = names.stream().mapToInt(name -> label(name).length()).max().orElse(0);
    LogFollower follower = new LogFollower(invocation.out(), style, width, invocation.clock());
    for (String name : names) {
      ServiceLog log = services.log(project.name(), name, lines);
      since.ifPresent(log::skipUntil);
      until.ifPresent(log::endAt);
      follower.add(label(name), log);
    }
    boolean follow = Options.on(given, "follow") && until.isEmpty();
    boolean more = true;
    while (more && !invocation.out().checkError()) {
      // Asked before the logs are read: what is written last is shown, too.
      boolean goesOn = follow && anyGoesOn(services, project.name(), names);
      boolean any = follower.write();
      if (!any && goesOn) {
        Thread.sleep(PAUSE_MILLIS);
      }
      more = any || goesOn;
    }
    follower.end();
    return Larder.OK;
  }

  /** A one-off container has a name of its own; a service's first container is number 1. */
  private static String label(String service) {
    return OneOff.isName(service) ? service : service + "-1";
  }

  private static boolean anyGoesOn(Services services, String project, List<String> names)
      throws IOException {
    for (String name : names) {
      if (services.find(project, name).map(ServiceStatus::isActive).orElse(false)) {
        return true;
      }
    }
    return false;
  }

  private static int lines(Optional<String> text) throws UsageException {
    if (text.isEmpty() || text.get().equals("all")) {
      return -1;
    }
    if (!text.get().matches("[0-9]{1,9}")) {
      throw new UsageException("--tail " + text.get() + ": expected a number of lines, or all");
    }
    return Integer.parseInt(text.get());
  }
}
