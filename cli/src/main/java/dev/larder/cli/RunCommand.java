package dev.larder.cli;

import dev.larder.engine.build.BuildFailure;
import dev.larder.engine.build.Engine;
import dev.larder.engine.compose.ComposeException;
import dev.larder.engine.compose.ComposeFiles;
import dev.larder.engine.compose.EngineImages;
import dev.larder.engine.compose.KeptImages;
import dev.larder.engine.compose.OneOffs;
import dev.larder.engine.compose.Project;
import dev.larder.engine.compose.Rebuild;
import dev.larder.engine.compose.Service;
import dev.larder.engine.service.Port;
import dev.larder.engine.service.RunnableImage;
import dev.larder.engine.service.ServiceSpec;
import dev.larder.engine.service.Services;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.SequencedMap;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code larder run}: a container for one command, of a service or of an image. */
final class RunCommand implements Command {
  private static final Duration LONG = Duration.ofHours(24);

  /** The project of images that are run without a compose file. */
  private static final String NO_PROJECT = "larder";

  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage()
        .description(
            "Runs a command in a new container of a service, after what the service depends on; or"
                + " of an image.");
    spec.parser().stopAtPositional(true); // the command's options are its own
    ServiceSetup.addTo(spec);
    ServiceSetup.addProfile(spec);
    spec.addOption(Options.flag("Build the service's image first", "--build"));
    spec.addOption(Options.flag("In the background; its name is printed", "-d", "--detach"));
    spec.addOption(Options.value("COMMAND", "Replaces the entrypoint", "--entrypoint"));
    spec.addOption(Options.values("NAME=VALUE", "A variable", "-e", "--env"));
    spec.addOption(Options.flag("Keep standard input open: always so", "-i", "--interactive"));
    spec.addOption(Options.values("KEY=VALUE", "A label", "-l", "--label"));
    spec.addOption(Options.value("NAME", "The container's name", "--name"));
    spec.addOption(Options.flag("Don't start what the service depends on", "--no-deps"));
    spec.addOption(Options.values("[HOST:]PORT", "Publish a port", "--publish"));
    spec.addOption(Options.flag("Publish the service's ports", "-P", "--service-ports"));
    spec.addOption(Options.flag("Remove the container when it has ended", "--rm"));
    spec.addOption(Options.flag("No terminal", "-T", "--no-tty", "--no-TTY"));
    spec.addOption(Options.flag("A terminal: the default where there is one", "-t", "--tty"));
    spec.addOption(Options.value("USER", "Run as this user", "-u", "--user"));
    spec.addOption(Options.values("SOURCE:TARGET[:ro]", "Mount a folder", "-v", "--volume"));
    spec.addOption(Options.value("FOLDER", "Where it starts", "-w", "--workdir"));
    spec.addOption(
        Options.value("HOW", "Show progress: auto, plain, tty, quiet, none", "--progress"));
    spec.addPositional(Options.arguments("SERVICE|IMAGE COMMAND…", "0..*", "What to run in what"));
  }

  @Override
  public int run(ParseResult given, Invocation invocation)
      throws UsageException, FailureException, BuildFailure, IOException, InterruptedException {
    List<String> words = Options.arguments(given, "SERVICE or IMAGE", 1, OptionalInt.empty());
    boolean detached = Options.on(given, "detach");
    boolean terminal = !detached && Terminals.wanted(given);
    ProgressChoice choice = ProgressChoice.of(given, invocation);
    String what = words.getFirst();
    try {
      Project project = project(given, invocation, what);
      Service service = project.services().get(what);
      if (service == null) {
        throw new FailureException("no such service or image: " + what, "see larder images");
      }
      Services services = ServiceSetup.services(invocation);
      OneOffs.Request request = request(given, invocation, project, words, terminal);
      RunnableImage image = image(given, invocation, choice, project, service);
      ServiceSpec spec = OneOffs.spec(project, service, image, request);
      int status = run(services, spec, detached, terminal, invocation);
      if (!detached && Options.on(given, "rm")) {
        services.remove(project.name(), spec.service());
      }
      return status;
    } catch (ComposeException e) {
      throw ServiceSetup.failure(e);
    }
  }

  private static int run(
      Services services,
      ServiceSpec spec,
      boolean detached,
      boolean terminal,
      Invocation invocation)
      throws IOException, InterruptedException {
    if (!detached) {
      return services.runAttached(spec, terminal);
    }
    services.start(spec);
    invocation.out().println(spec.containerName());
    return Larder.OK;
  }

  /** The compose project, if it has such a service; otherwise one of the image alone. */
  private static Project project(ParseResult given, Invocation invocation, String what)
      throws UsageException, FailureException, IOException {
    boolean named = given.hasMatchedOption("file") || given.hasMatchedOption("project-name");
    Optional<Project> here = Optional.empty();
    if (named || ComposeFiles.isThere(invocation.directory(), invocation.environment())) {
      here = Optional.of(ServiceSetup.project(given, invocation));
      if (here.get().services().containsKey(what)) {
        return here.get();
      }
    }
    try (Engine engine = invocation.openEngine()) {
      if (engine.images().resolve(what).isPresent()) {
        return OneOffs.project(NO_PROJECT, invocation.directory(), what);
      }
    }
    if (here.isPresent()) {
      ServiceSetup.known(List.of(what), here.get());
    }
    throw new FailureException(
        "run " + what + ": no compose file here has such a service, and there is no such image",
        "see larder images; build or pull it first");
  }

  private static RunnableImage image(
      ParseResult given,
      Invocation invocation,
      ProgressChoice choice,
      Project project,
      Service service)
      throws BuildFailure, ComposeException, UsageException, IOException, InterruptedException {
    Rebuild.Options options =
        new Rebuild.Options(
            Rebuild.Until.STARTED,
            Rebuild.Recreate.CHANGED,
            !Options.on(given, "no-deps"),
            false,
            false,
            LONG);
    try (Engine engine = invocation.openEngine();
        BuildShow builds = new BuildShow(choice, invocation)) {
      EngineImages maker =
          new EngineImages(
              engine,
              ServiceSetup.imageOptions(given, invocation),
              _ -> builds.open(),
              builds::result);
      Services services = ServiceSetup.services(invocation);
      UpShow show =
          new UpShow(
              project,
              services,
              builds,
              new ContainerLines(invocation.err(), !choice.isSpoken()),
              new LogFollower(
                  invocation.err(), new LogFollower.Style(true, false), 0, invocation.clock()),
              _ -> false,
              true);
      Rebuild.Builder<BuildFailure> images =
          Options.on(given, "build") ? maker : new KeptImages(engine.images(), maker, true);
      return new Rebuild<>(project, images, services, show, options).prepare(service);
    }
  }

  private static OneOffs.Request request(
      ParseResult given,
      Invocation invocation,
      Project project,
      List<String> words,
      boolean terminal)
      throws UsageException {
    String what = words.getFirst();
    byte[] id = new byte[6];
    new Random().nextBytes(id);
    String safe = what.replaceAll("[^A-Za-z0-9_-]", "-");
    String name = safe + "-run-" + HexFormat.of().formatHex(id);
    List<Port> ports = new ArrayList<>();
    for (String text : Options.all(given, "publish")) {
      ports.add(Published.parse(text));
    }
    List<String> command = words.subList(1, words.size());
    return new OneOffs.Request(
        name,
        Options.one(given, "name").orElse(project.name() + "-" + name),
        command.isEmpty() ? Optional.empty() : Optional.of(command),
        Options.one(given, "entrypoint").map(List::of),
        Terminals.environment(given, terminal, invocation),
        Options.one(given, "user"),
        Options.one(given, "workdir"),
        ports,
        Options.on(given, "service-ports"),
        Published.binds(Options.all(given, "volume"), invocation.directory()),
        labels(Options.all(given, "label")));
  }

  private static SequencedMap<String, String> labels(List<String> texts) {
    SequencedMap<String, String> labels = new LinkedHashMap<>();
    for (String text : texts) {
      int equals = text.indexOf('=');
      labels.put(
          equals < 0 ? text : text.substring(0, equals),
          equals < 0 ? "" : text.substring(equals + 1));
    }
    return labels;
  }
}
