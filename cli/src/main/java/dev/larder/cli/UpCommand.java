package dev.larder.cli;

import dev.larder.engine.build.BuildFailure;
import dev.larder.engine.build.Engine;
import dev.larder.engine.compose.ComposeException;
import dev.larder.engine.compose.EngineImages;
import dev.larder.engine.compose.KeptImages;
import dev.larder.engine.compose.Project;
import dev.larder.engine.compose.Rebuild;
import dev.larder.engine.service.Services;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code larder up}: starts services as docker compose does, building what has no image yet. */
final class UpCommand implements Command {
  /** docker compose has none; this is long enough for anything that is on its way. */
  private static final Duration LONG = Duration.ofHours(24);

  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage()
        .description(
            "Builds what is missing, makes containers anew whose image or settings changed, starts"
                + " services and shows their logs; Ctrl-C stops them.");
    ServiceSetup.addTo(spec);
    ServiceSetup.addProfile(spec);
    spec.addOption(Options.flag("Leave them running in the background", "-d", "--detach"));
    spec.addOption(Options.flag("Build images first, also those that are there", "--build"));
    spec.addOption(Options.flag("Build nothing; a missing image is an error", "--no-build"));
    spec.addOption(Options.value("WHEN", "Look images up: always, missing, never", "--pull"));
    spec.addOption(Options.flag("Make all containers anew", "--force-recreate"));
    spec.addOption(Options.flag("Keep all containers that are there", "--no-recreate"));
    spec.addOption(Options.flag("Leave alone what the services depend on", "--no-deps"));
    spec.addOption(Options.flag("Make the containers, and start none", "--no-start"));
    spec.addOption(Options.flag("Wait until all are healthy; implies -d", "--wait"));
    spec.addOption(Options.value("SECONDS", "How long to wait for a service", "--wait-timeout"));
    spec.addOption(
        Options.flag("Remove containers of services no longer there", "--remove-orphans"));
    spec.addOption(Options.flag("Stop all when one ends", "--abort-on-container-exit"));
    spec.addOption(Options.flag("Stop all when one fails", "--abort-on-container-failure"));
    spec.addOption(
        Options.value("SERVICE", "Exit status of this one; stops all", "--exit-code-from"));
    spec.addOption(Options.values("SERVICE", "Show only this one's log", "--attach"));
    spec.addOption(Options.values("SERVICE", "Don't show this one's log", "--no-attach"));
    spec.addOption(Options.flag("No names before lines of logs", "--no-log-prefix"));
    spec.addOption(Options.flag("Times before lines of logs", "--timestamps"));
    spec.addOption(Options.value("SECONDS", "Time to stop before it is killed", "-t", "--timeout"));
    spec.addOption(Options.flag("Go on as files change", "-w", "--watch"));
    spec.addOption(
        Options.value("HOW", "Show progress: auto, plain, tty, quiet, none", "--progress"));
    spec.addPositional(Options.arguments("SERVICE", "0..*", "Services; none is all"));
  }

  @Override
  public int run(ParseResult given, Invocation invocation)
      throws UsageException, FailureException, BuildFailure, IOException, InterruptedException {
    Rebuild.Options options = options(given);
    boolean detached = isDetached(given);
    ProgressChoice choice = ProgressChoice.of(given, invocation);
    Project project = ServiceSetup.project(given, invocation);
    Services services = ServiceSetup.services(invocation);
    ContainerLines lines = new ContainerLines(invocation.err(), !choice.isSpoken());
    Running running =
        new Running(project, services, lines, ServiceSetup.duration(given, "timeout"));
    lookAtOrphans(running, Options.on(given, "remove-orphans"), invocation.err());
    LogFollower logs = logs(given, project, invocation);
    BuildShow builds = new BuildShow(choice, invocation);
    try (builds) {
      UpShow show =
          new UpShow(
              project,
              services,
              builds,
              lines,
              logs,
              detached ? _ -> false : name -> isAttached(given, name),
              options.until() != Rebuild.Until.CREATED);
      List<String> names;
      try (Engine engine = invocation.openEngine()) {
        Rebuild<BuildFailure> up =
            new Rebuild<>(
                project, images(given, invocation, engine, builds), services, show, options);
        names =
            up
                .run(Options.arguments(given), ServiceSetup.profiles(given, invocation))
                .services()
                .stream()
                .map(Rebuild.Outcome::service)
                .toList();
      }
      if (Options.on(given, "watch")) {
        return watch(project, names, logs, given, invocation);
      }
      return detached
          ? Larder.OK
          : new Attached(running, logs, invocation).follow(names, end(given));
    } catch (InterruptedException e) {
      if (!detached) {
        invocation.err().println("Gracefully stopping...");
        logs.end();
        running.stopAll();
      }
      throw e;
    } catch (ComposeException e) {
      throw ServiceSetup.failure(e);
    }
  }

  private static LogFollower logs(ParseResult given, Project project, Invocation invocation) {
    LogFollower.Style style =
        new LogFollower.Style(!Options.on(given, "no-log-prefix"), Options.on(given, "timestamps"));
    return new LogFollower(invocation.out(), style, width(project), invocation.clock());
  }

  /** Logs go on beside it. */
  private static int watch(
      Project project,
      List<String> names,
      LogFollower logs,
      ParseResult given,
      Invocation invocation)
      throws FailureException, IOException, InterruptedException {
    Thread shower = Thread.ofVirtual().start(logs::show);
    try {
      return RebuildCommand.watch(project, names, given, invocation);
    } finally {
      shower.interrupt();
      shower.join();
    }
  }

  private static int width(Project project) {
    return project.services().keySet().stream().mapToInt(n -> n.length() + 2).max().orElse(0);
  }

  private static boolean isDetached(ParseResult given) throws UsageException {
    boolean detached =
        Options.on(given, "detach") || Options.on(given, "wait") || Options.on(given, "no-start");
    if (detached && !end(given).equals(Attached.End.NONE)) {
      throw new UsageException(
          "--abort-on-container-exit, --abort-on-container-failure and --exit-code-from need the"
              + " logs to be followed: leave -d, --wait and --no-start out");
    }
    return detached;
  }

  private static Attached.End end(ParseResult given) {
    Optional<String> from = Options.one(given, "exit-code-from");
    if (from.isPresent()) {
      return new Attached.End(true, false, from.get());
    }
    return new Attached.End(
        Options.on(given, "abort-on-container-exit"),
        Options.on(given, "abort-on-container-failure"),
        "");
  }

  private static boolean isAttached(ParseResult given, String name) {
    List<String> only = Options.all(given, "attach");
    return only.isEmpty() ? !Options.all(given, "no-attach").contains(name) : only.contains(name);
  }

  private static Rebuild.Options options(ParseResult given) throws UsageException {
    Options.exclude(given, "build", "no-build");
    Options.exclude(given, "force-recreate", "no-recreate");
    Options.exclude(given, "no-start", "wait");
    Options.exclude(given, "watch", "detach");
    Options.exclude(given, "watch", "no-start");
    Rebuild.Until until =
        Options.on(given, "no-start")
            ? Rebuild.Until.CREATED
            : Options.on(given, "wait") ? Rebuild.Until.WELL : Rebuild.Until.STARTED;
    Rebuild.Recreate recreate =
        Options.on(given, "force-recreate")
            ? Rebuild.Recreate.ALL
            : Options.on(given, "no-recreate") ? Rebuild.Recreate.NONE : Rebuild.Recreate.CHANGED;
    return new Rebuild.Options(
        until,
        recreate,
        !Options.on(given, "no-deps"),
        false,
        false,
        ServiceSetup.duration(given, "wait-timeout").orElse(LONG));
  }

  private static Rebuild.Builder<BuildFailure> images(
      ParseResult given, Invocation invocation, Engine engine, BuildShow builds)
      throws UsageException {
    EngineImages maker =
        new EngineImages(
            engine,
            ServiceSetup.imageOptions(given, invocation),
            _ -> builds.open(),
            builds::result);
    boolean always = Options.one(given, "pull").orElse("missing").equals("always");
    return Options.on(given, "build") || always
        ? maker
        : new KeptImages(engine.images(), maker, !Options.on(given, "no-build"));
  }

  private static void lookAtOrphans(Running running, boolean remove, PrintStream err)
      throws IOException, InterruptedException {
    if (remove) {
      running.removeOrphans();
      return;
    }
    Set<String> names = new TreeSet<>(running.orphans());
    if (!names.isEmpty()) {
      err.println(
          "WARNING: containers of services that are no longer in the compose file: "
              + String.join(", ", names)
              + "; --remove-orphans removes them");
    }
  }
}
