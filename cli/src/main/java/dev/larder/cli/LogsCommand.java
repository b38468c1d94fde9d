package dev.larder.cli;

import dev.larder.engine.compose.Project;
import dev.larder.engine.service.Phase;
import dev.larder.engine.service.ServiceLog;
import dev.larder.engine.service.ServiceStatus;
import dev.larder.engine.service.Services;
import java.io.IOException;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
    spec.addOption(Options.value("NAME", "Name of the project", "-p", "--project-name"));
    spec.addOption(Options.flag("Go on until all of them have ended", "-f", "--follow"));
    spec.addOption(Options.value("LINES", "Begin that many lines before the end", "-n", "--tail"));
    spec.addPositional(Options.arguments("SERVICE", "0..*", "Services; none is all"));
  }

  @Override
  public int run(ParseResult given, Invocation invocation)
      throws UsageException, FailureException, IOException, InterruptedException {
    Project project = ServiceSetup.project(given, invocation);
    Services services = ServiceSetup.services(invocation);
    List<String> names = ServiceSetup.names(given, project, services);
    int lines = lines(Options.one(given, "tail"));
    Map<String, ServiceLog> logs = new LinkedHashMap<>();
    for (String name : names) {
      logs.put(name, services.log(project.name(), name, lines));
    }
    int width = names.stream().mapToInt(String::length).max().orElse(0);
    Map<String, PrefixedLines> writers = new LinkedHashMap<>();
    for (String name : names) {
      String prefix = names.size() == 1 ? "" : name + " ".repeat(width - name.length()) + " | ";
      writers.put(name, new PrefixedLines(invocation.out(), prefix));
    }
    boolean follow = Options.on(given, "follow");
    boolean more = true;
    while (more && !invocation.out().checkError()) {
      // Asked before the logs are read: what is written last is shown, too.
      boolean goesOn = follow && anyGoesOn(services, project.name(), names);
      boolean any = write(logs, writers, invocation.out());
      if (!any && goesOn) {
        Thread.sleep(PAUSE_MILLIS);
      }
      more = any || goesOn;
    }
    writers.values().forEach(PrefixedLines::end);
    return Larder.OK;
  }

  private static boolean anyGoesOn(Services services, String project, List<String> names)
      throws IOException {
    for (String name : names) {
      Optional<ServiceStatus> status = services.find(project, name);
      if (status.isPresent() && goesOn(status.get().phase())) {
        return true;
      }
    }
    return false;
  }

  private static boolean goesOn(Phase phase) {
    return switch (phase) {
      case STARTING, RUNNING, RESTARTING -> true;
      case EXITED, FAILED, STOPPED -> false;
    };
  }

  private static boolean write(
      Map<String, ServiceLog> logs, Map<String, PrefixedLines> writers, PrintStream out)
      throws IOException {
    boolean any = false;
    for (Map.Entry<String, ServiceLog> log : logs.entrySet()) {
      byte[] bytes = log.getValue().more();
      Optional.ofNullable(writers.get(log.getKey())).ifPresent(writer -> writer.write(bytes));
      any |= bytes.length > 0;
    }
    out.flush();
    return any;
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
