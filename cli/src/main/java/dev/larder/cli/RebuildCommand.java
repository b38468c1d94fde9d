package dev.larder.cli;

import dev.larder.cli.progress.Amount;
import dev.larder.cli.progress.ErrorReport;
import dev.larder.cli.progress.Tally;
import dev.larder.engine.build.BuildFailure;
import dev.larder.engine.build.BuildResult;
import dev.larder.engine.build.Engine;
import dev.larder.engine.compose.ComposeException;
import dev.larder.engine.compose.EngineImages;
import dev.larder.engine.compose.Project;
import dev.larder.engine.compose.Rebuild;
import dev.larder.engine.compose.Watch;
import dev.larder.engine.service.Port;
import dev.larder.engine.service.ServiceException;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
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
    spec.addOption(Options.normalizeModes());
    spec.addOption(Options.flag("Fetch nothing; use what is kept", "--offline"));
    spec.addOption(Options.packages());
    spec.addOption(Options.value("SIZE", "Fail rather than download more", "--max-download"));
    spec.addOption(Options.flag("Look base images up in their registry", "--pull"));
    spec.addOption(Options.value("SECONDS", "How long to wait for a service", "--wait-timeout"));
    spec.addOption(Options.flag("Build only", "--no-start"));
    spec.addOption(Options.flag("Leave alone what the services depend on", "--no-deps"));
    spec.addOption(Options.flag("Keep a new container that does not become well", "--no-rollback"));
    spec.addOption(Options.flag("Write what it came to as JSON", "--json"));
    spec.addOption(Options.flag("Go on as files change", "-w", "--watch"));
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
    return run(given, invocation, Options.on(given, "watch"));
  }

  /**
   * Rebuilds, and goes on watching on wish.
   *
   * @param watches whether it does
   */
  int run(ParseResult given, Invocation invocation, boolean watches)
      throws UsageException, FailureException, BuildFailure, IOException, InterruptedException {
    Options.exclude(given, "watch", "no-start");
    Options.exclude(given, "watch", "json");
    Project project = ServiceSetup.project(given, invocation);
    List<String> names = Options.arguments(given);
    if (!watches) {
      rebuild(project, names, true, given, invocation);
      return Larder.OK;
    }
    again(project, names, true, given, invocation);
    return watch(project, names, given, invocation);
  }

  /** Watches until it is interrupted. */
  static int watch(Project project, List<String> names, ParseResult given, Invocation invocation)
      throws FailureException, IOException, InterruptedException {
    try {
      Watch watch =
          new Watch(
              project,
              names.isEmpty() ? project.active(ServiceSetup.profiles(given, invocation)) : names,
              ServiceSetup.services(invocation),
              changed -> again(project, List.copyOf(changed), false, given, invocation),
              new WatchShow(invocation.err(), project.folder()));
      watch.run();
      return Larder.OK;
    } catch (ComposeException e) {
      throw ServiceSetup.failure(e);
    }
  }

  /** A rebuild whose failure is told, for the next change may mend it. */
  private static void again(
      Project project,
      List<String> names,
      boolean dependencies,
      ParseResult given,
      Invocation invocation)
      throws IOException, InterruptedException {
    try {
      rebuild(project, names, dependencies, given, invocation);
    } catch (FailureException e) {
      ErrorReport.write(invocation.err(), String.valueOf(e.getMessage()), e.hint());
    } catch (BuildFailure e) {
      ErrorReport.write(invocation.err(), e);
    } catch (ServiceException e) {
      ErrorReport.write(invocation.err(), String.valueOf(e.getMessage()), e.hint().orElse(""));
    } catch (UsageException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private static void rebuild(
      Project project,
      List<String> names,
      boolean dependencies,
      ParseResult given,
      Invocation invocation)
      throws UsageException, FailureException, BuildFailure, IOException, InterruptedException {
    ProgressChoice choice = ProgressChoice.of(given, invocation);
    if (choice == ProgressChoice.RAWJSON) {
      throw new UsageException("--progress rawjson: only larder build writes it");
    }
    EngineImages.Options options = ServiceSetup.imageOptions(given, invocation);
    Rebuild.Options how =
        new Rebuild.Options(
            Options.on(given, "no-start") ? Rebuild.Until.BUILT : Rebuild.Until.WELL,
            Rebuild.Recreate.CHANGED,
            dependencies && !Options.on(given, "no-deps"),
            !Options.on(given, "no-rollback"),
            true,
            ServiceSetup.duration(given, "wait-timeout").orElse(WAIT));
    boolean json = Options.on(given, "json");
    long begin = System.nanoTime();
    try (Engine engine = invocation.openEngine()) {
      RebuildShow show = new RebuildShow(choice, invocation);
      BuildShow builds = show.builds();
      EngineImages images = new EngineImages(engine, options, _ -> builds.open(), builds::result);
      Rebuild<BuildFailure> rebuild =
          new Rebuild<>(project, images, ServiceSetup.services(invocation), show, how);
      Rebuild.Result result;
      try (show) {
        result = rebuild.run(names, ServiceSetup.profiles(given, invocation));
      } catch (BuildFailure e) {
        builds.found(e.findings());
        throw e;
      }
      Duration took = Duration.ofNanos(System.nanoTime() - begin);
      if (json) {
        Tally tally = tally(builds.results());
        invocation.out().println(RebuildJson.of(project.name(), result, tally, took));
      }
      summary(result, builds.results(), took, invocation);
    } catch (ComposeException e) {
      if (json && e.trouble().isPresent()) {
        invocation.out().println(RebuildJson.of(project.name(), e.trouble().get()));
      }
      throw ServiceSetup.failure(e);
    }
  }

  private static Tally tally(Map<String, BuildResult> builds) {
    Tally tally = Tally.NONE;
    for (BuildResult build : builds.values()) {
      tally = tally.and(BuildCommand.tally(build));
    }
    return tally;
  }

  private static void summary(
      Rebuild.Result result,
      Map<String, BuildResult> builds,
      Duration took,
      Invocation invocation) {
    PrintStream err = invocation.err();
    Tally tally = tally(builds);
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
                case BUILT -> "its image is there, not started";
                case UNCHANGED -> "unchanged, left running";
                case RESTARTED ->
                    "restarted for a changed file, well after " + Amount.spoken(outcome.start());
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
