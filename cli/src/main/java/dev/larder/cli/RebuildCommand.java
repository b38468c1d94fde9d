package dev.larder.cli;

import dev.larder.cli.progress.Amount;
import dev.larder.cli.progress.Tally;
import dev.larder.engine.build.BuildFailure;
import dev.larder.engine.build.BuildResult;
import dev.larder.engine.build.Engine;
import dev.larder.engine.compose.ComposeException;
import dev.larder.engine.compose.EngineImages;
import dev.larder.engine.compose.Project;
import dev.larder.engine.compose.Rebuild;
import dev.larder.engine.service.Port;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Map;
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
    EngineImages.Options options = ServiceSetup.imageOptions(given);
    Project project = ServiceSetup.project(given, invocation);
    long begin = System.nanoTime();
    try (Engine engine = invocation.openEngine()) {
      RebuildShow show = new RebuildShow(choice, invocation);
      BuildShow builds = show.builds();
      EngineImages images = new EngineImages(engine, options, _ -> builds.open(), builds::result);
      Rebuild<BuildFailure> rebuild =
          new Rebuild<>(
              project,
              images,
              ServiceSetup.services(invocation),
              show,
              Rebuild.Options.rebuild(wait));
      Rebuild.Result result;
      try (show) {
        result = rebuild.run(Options.arguments(given), ServiceSetup.profiles(given, invocation));
      }
      summary(result, builds.results(), Duration.ofNanos(System.nanoTime() - begin), invocation);
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
              ", ",
              outcome.status().stream()
                  .flatMap(status -> status.ports().stream())
                  .map(Port::toString)
                  .toList());
      err.println(
          outcome.service()
              + ": "
              + switch (outcome.action()) {
                case BUILT -> "built";
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
}
