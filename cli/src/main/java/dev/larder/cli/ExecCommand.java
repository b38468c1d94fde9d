package dev.larder.cli;

import dev.larder.engine.compose.Project;
import dev.larder.engine.service.ExecProcess;
import dev.larder.engine.service.ExecRequest;
import dev.larder.engine.service.Services;
import java.io.File;
import java.io.IOException;
import java.util.List;
import java.util.OptionalInt;
import java.util.SequencedMap;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code larder exec}: runs a command in a service's container. */
final class ExecCommand implements Command {
  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage().description("Runs a command in the container of a service that runs.");
    spec.parser().stopAtPositional(true); // the command's options are its own
    ServiceSetup.addTo(spec);
    spec.addOption(Options.flag("In the background", "-d", "--detach"));
    spec.addOption(Options.values("NAME=VALUE", "A variable", "-e", "--env"));
    spec.addOption(Options.flag("Keep standard input open: always so", "-i", "--interactive"));
    spec.addOption(Options.flag("No terminal", "-T", "--no-tty", "--no-TTY"));
    spec.addOption(Options.flag("A terminal: the default where there is one", "-t", "--tty"));
    spec.addOption(Options.value("USER", "Run as this user", "-u", "--user"));
    spec.addOption(Options.value("FOLDER", "Where it starts", "-w", "--workdir"));
    spec.addOption(Options.value("NUMBER", "Accepted where it is 1", "--index"));
    spec.addPositional(Options.arguments("SERVICE COMMAND…", "0..*", "What to run where"));
  }

  @Override
  public int run(ParseResult given, Invocation invocation)
      throws UsageException, FailureException, IOException, InterruptedException {
    List<String> words = Options.arguments(given, "SERVICE COMMAND", 2, OptionalInt.empty());
    if (!Options.one(given, "index").orElse("1").equals("1")) {
      throw new UsageException("--index: a service has one container, number 1");
    }
    Project project = ServiceSetup.project(given, invocation);
    Services services = ServiceSetup.services(invocation);
    String service = words.getFirst();
    if (!OneOff.isName(service)) {
      ServiceSetup.known(List.of(service), project);
    }
    boolean detached = Options.on(given, "detach");
    boolean terminal = !detached && Terminals.wanted(given);
    SequencedMap<String, String> environment = Terminals.environment(given, terminal, invocation);
    ExecRequest request =
        new ExecRequest(
            words.subList(1, words.size()),
            environment,
            Options.one(given, "user"),
            Options.one(given, "workdir"),
            terminal);
    try (ExecProcess process = services.exec(project.name(), service, request)) {
      return detached ? background(process) : foreground(process);
    }
  }

  private static int foreground(ExecProcess process) throws IOException, InterruptedException {
    Process started = process.builder().inheritIO().start();
    try {
      return process.status(started.waitFor());
    } catch (InterruptedException e) {
      ExecProcess.kill(started);
      throw e;
    }
  }

  private static int background(ExecProcess process) throws IOException, InterruptedException {
    File nothing = new File("/dev/null");
    return process.status(
        process
            .detached()
            .redirectInput(nothing)
            .redirectOutput(nothing)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start()
            .waitFor());
  }
}
