package dev.larder.cli;

import dev.larder.cli.progress.Amount;
import dev.larder.cli.progress.Progress;
import dev.larder.cli.progress.Tally;
import dev.larder.engine.build.BuildFailure;
import dev.larder.engine.build.BuildResult;
import dev.larder.engine.build.Engine;
import dev.larder.engine.compose.ComposeException;
import dev.larder.engine.compose.EngineImages;
import dev.larder.engine.compose.Project;
import dev.larder.engine.compose.Rebuild;
import dev.larder.engine.compose.Service;
import dev.larder.engine.service.RunnableImage;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code larder rebuild}: builds services of a compose project, starts them, waits until well. */
final class RebuildCommand implements Command {
  private static final Duration WAIT = Duration.ofMinutes(5);

  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage()
        .description(
            "Builds services, starts what changed, and shows their logs until they are healthy.");
    ServiceSetup.addTo(spec);
    spec.addOption(Options.flag("Run every step again; cache mounts are kept", "--no-cache"));
    spec.addOption(Options.resetMounts());
    spec.addOption(Options.flag("Fetch nothing; use what is kept", "--offline"));
    spec.addOption(Options.flag("Look base images up in their registry", "--pull"));
    spec.addOption(Options.value("SECONDS", "How long to wait for a service", "--wait-timeout"));
    ServiceSetup.addProfile(spec);
    spec.addOption(
        Options.value("HOW", "Show progress: auto, plain, tty, quiet, none", "--progress"));
    spec.addOption(Options.flag("Show no progress", "-q", "--quiet"));
    spec.addOption(Options.value("SCOPE", "Cache mounts by machine or project", "--cache-scope"));
    spec.addOption(Options.value("WHO", "Certificates in steps: host or none", "--trust"));
    spec.addPositional(Options.arguments("SERVICE", "0..*", "Services; none is all"));
  }

  @Override
  public int run(ParseResult given, Invocation invocation)
      throws UsageException, FailureException, BuildFailure, IOException, InterruptedException {
    ProgressChoice choice = ProgressChoice.of(given, invocation);
    if (choice == ProgressChoice.RAWJSON) {
      throw new UsageException("--progress rawjson: only larder build writes it");
    }
    Duration wait = ServiceSetup.duration(given, "wait-timeout").orElse(WAIT);
    EngineImages.Options options =
        new EngineImages.Options(
            Options.on(given, "no-cache"),
            Options.on(given, "pull"),
            BuildValues.platform(Optional.empty()),
            Options.choice(given, "cache-scope", "machine", "project"),
            !Options.choice(given, "trust", "host", "none"),
            BuildValues.reset(Options.all(given, "reset-mounts")),
            BuildValues.fetch(given));
    Project project = ServiceSetup.project(given, invocation);
    long begin = System.nanoTime();
    try (Engine engine = invocation.openEngine()) {
      Show show = new Show(choice, invocation);
      EngineImages images =
          new EngineImages(engine, options, service -> show.progress(), show::result);
      Rebuild<BuildFailure> rebuild =
          new Rebuild<>(project, images, ServiceSetup.services(invocation), show, wait);
      Rebuild.Result result;
      try (show) {
        result = rebuild.run(Options.arguments(given), ServiceSetup.profiles(given, invocation));
      }
      summary(result, show.results, Duration.ofNanos(System.nanoTime() - begin), invocation);
      return Larder.OK;
    } catch (ComposeException e) {
      throw ServiceSetup.failure(e);
    }
  }

  private static void summary(
      Rebuild.Result result,
      Map<String, BuildResult> builds,
      Duration took,
      Invocation invocation) {
    PrintStream err = invocation.err();
    Tally tally = Tally.NONE;
    for (BuildResult build : builds.values()) {
      tally = tally.and(BuildCommand.tally(build));
    }
    err.println();
    for (Rebuild.Outcome outcome : result.services()) {
      String ports =
          String.join(
              ", ", outcome.status().ports().stream().map(port -> port.toString()).toList());
      err.println(
          outcome.service()
              + ": "
              + switch (outcome.action()) {
                case UNCHANGED -> "unchanged, left running";
                case STARTED -> "started, well after " + Amount.spoken(outcome.start());
                case REPLACED -> "replaced, well after " + Amount.spoken(outcome.start());
              }
              + (ports.isEmpty() ? "" : " (" + ports + ")"));
    }
    err.println(
        "rebuilt in "
            + Amount.spoken(took)
            + ": build "
            + Amount.spoken(result.build())
            + ", start "
            + Amount.spoken(result.start())
            + "; "
            + tally);
    if (tally.amounts().network() > 0) {
      Tip.of(builds.values()).ifPresent(err::println);
    }
    err.println("see also: larder ps, larder logs -f, larder stop");
  }

  /** Shows builds by their progress, and logs with the service's name before each line. */
  private static final class Show implements Rebuild.Listener, AutoCloseable {
    private final ProgressChoice choice;
    private final Invocation invocation;
    private final Map<String, BuildResult> results = new LinkedHashMap<>();
    private final Map<String, PrefixedLines> logs = new LinkedHashMap<>();
    private @Nullable Ticker ticker;

    Show(ProgressChoice choice, Invocation invocation) {
      this.choice = choice;
      this.invocation = invocation;
    }

    Progress progress() {
      endProgress();
      Progress made = choice.open(invocation);
      ticker = Ticker.start(made, invocation.clock());
      return made;
    }

    private void endProgress() {
      if (ticker != null) {
        ticker.close();
        ticker = null;
      }
    }

    void result(Service service, BuildResult result) {
      results.put(service.name(), result);
    }

    private void say(String text) {
      endProgress();
      if (choice.isSpoken()) {
        invocation.err().println(text);
      }
    }

    @Override
    public void building(Service service) {
      say("building " + service.name());
    }

    @Override
    public void built(Service service, RunnableImage image, Duration took) {
      BuildResult result = results.get(service.name());
      endProgress();
      if (result != null) {
        say(BuildCommand.summary(result, List.of()));
      }
    }

    @Override
    public void unchanged(Service service) {
      say(service.name() + ": unchanged");
    }

    @Override
    public void starting(Service service, boolean replaces) {
      say(service.name() + (replaces ? ": replacing its container" : ": starting"));
    }

    @Override
    public void log(Service service, String text) {
      if (choice.isSpoken()) {
        logs.computeIfAbsent(
                service.name(), name -> new PrefixedLines(invocation.err(), name + " | "))
            .write(text.getBytes(StandardCharsets.UTF_8));
        invocation.err().flush();
      }
    }

    @Override
    public void ready(Service service, Duration took) {
      logs.values().forEach(PrefixedLines::end);
      say(service.name() + ": well after " + Amount.spoken(took));
    }

    @Override
    public void close() {
      endProgress();
      logs.values().forEach(PrefixedLines::end);
    }
  }
}
