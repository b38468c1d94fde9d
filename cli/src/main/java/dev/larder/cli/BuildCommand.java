package dev.larder.cli;

import dev.larder.cli.progress.Amount;
import dev.larder.cli.progress.Progress;
import dev.larder.cli.progress.Tally;
import dev.larder.engine.build.BuildFailure;
import dev.larder.engine.build.BuildRequest;
import dev.larder.engine.build.BuildRequest.Output;
import dev.larder.engine.build.BuildResult;
import dev.larder.engine.build.Engine;
import dev.larder.engine.graph.Op;
import dev.larder.engine.oci.ImageName;
import dev.larder.engine.oci.Platform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code larder build}. */
final class BuildCommand implements Command {
  @Override
  public void describe(CommandSpec spec) {
    BuildOptions.addTo(spec);
  }

  @Override
  public int run(ParseResult given, Invocation invocation)
      throws UsageException, FailureException, BuildFailure, IOException, InterruptedException {
    ProgressChoice choice = ProgressChoice.of(given, invocation);
    String context = Options.arguments(given, "CONTEXT", 1, OptionalInt.of(1)).getFirst();
    Optional<Call> call = Call.of(given);
    BuildRequest request = request(given, context, invocation);
    if (call.isPresent()) {
      return call.get().run(request, invocation);
    }
    if (Options.on(given, "dry-run")) {
      return PlanCommand.run(request, given, invocation);
    }
    if (Options.one(given, "format").isPresent()) {
      throw new UsageException("--format: only --dry-run has formats");
    }
    Optional<Path> idFile = Options.one(given, "iidfile").map(invocation.directory()::resolve);
    Optional<Path> file = Options.one(given, "metadata-file").map(invocation.directory()::resolve);
    if (idFile.isPresent()) {
      // An id that is left from before would pass for this build's.
      Files.deleteIfExists(idFile.get());
    }
    Metadata metadata = new Metadata();
    BuildResult result;
    try (Engine engine = invocation.openEngine()) {
      Progress progress = choice.open(invocation);
      try (Ticker _ = Ticker.start(progress, invocation.clock())) {
        result = engine.build(request, file.isPresent() ? metadata.and(progress) : progress);
      } catch (BuildFailure e) {
        if (choice.isSpoken()) {
          CheckReport.afterBuild(e.findings(), invocation.err());
        }
        throw e;
      }
    }
    if (idFile.isPresent()) {
      Files.writeString(idFile.get(), result.id().toString());
    }
    if (file.isPresent()) {
      Files.writeString(file.get(), metadata.of(result, request.names()));
    }
    if (choice == ProgressChoice.QUIET) {
      boolean taken = request.outputs().stream().anyMatch(BuildValues::toStandardOutput);
      (taken ? invocation.err() : invocation.out()).println(result.id());
    } else if (choice.isSpoken()) {
      invocation.err().println(summary(result, request.outputs()));
      CheckReport.afterBuild(result.findings(), invocation.err());
      if (!result.waste().isEmpty()) {
        Tip.of(List.of(result)).ifPresent(invocation.err()::println);
      }
    }
    return Larder.OK;
  }

  /** {@code built app:latest in 0.21 s: 7 steps reused, 0 run; downloaded 0 B}. */
  static String summary(BuildResult result, List<Output> outputs) {
    String what =
        result.names().isEmpty()
            ? result.id().toString()
            : String.join(", ", result.names().stream().map(ImageName::familiar).toList());
    List<String> places = new ArrayList<>();
    for (Output output : outputs) {
      place(output).ifPresent(path -> places.add(path.toString()));
    }
    String to = places.isEmpty() ? "" : " to " + String.join(", ", places);
    return "built " + what + to + " in " + Amount.spoken(result.took()) + ": " + tally(result);
  }

  static Tally tally(BuildResult result) {
    return new Tally(result.steps(), result.reused(), result.amounts(), result.incomplete());
  }

  private static Optional<Path> place(Output output) {
    return switch (output) {
      case Output.Store(), Output.DockerImages() -> Optional.empty();
      case Output.Oci oci -> oci.destination();
      case Output.Docker docker -> docker.destination();
      case Output.Local local -> Optional.of(local.destination());
      case Output.Tar tar -> tar.destination();
    };
  }

  /** What options ask for; those that a command doesn't have are as if not given. */
  static BuildRequest request(ParseResult given, String context, Invocation invocation)
      throws UsageException, FailureException, IOException {
    BuildValues values = new BuildValues(invocation);
    SequencedMap<String, String> args = values.buildArgs(Options.all(given, "build-arg"));
    List<ImageName> names = new ArrayList<>();
    for (String name : Options.all(given, "tag")) {
      names.add(BuildValues.imageName("--tag", name));
    }
    List<BuildRequest.Secret> secrets = new ArrayList<>();
    for (String secret : Options.all(given, "secret")) {
      secrets.add(values.secret(secret));
    }
    List<Op.ExtraHost> hosts = new ArrayList<>();
    for (String host : Options.all(given, "add-host")) {
      hosts.add(BuildValues.extraHost(host));
    }
    Op.Network network = BuildValues.network(Options.one(given, "network").orElse("default"));
    Platform platform = BuildValues.platform(Options.one(given, "platform"));
    List<Output> outputs =
        AnnotationValues.on(
            outputs(given, values),
            AnnotationValues.of(Options.all(given, "annotation"), platform));
    // After all words were read: what is wrong with those is said first.
    BuildFiles files = BuildFiles.read(context, Options.one(given, "file"), invocation);
    return new BuildRequest(
        files.dockerfile(),
        files.context(),
        names,
        Options.one(given, "target"),
        args,
        values.contexts(Options.all(given, "build-context")),
        BuildValues.labels(Options.all(given, "label")),
        secrets,
        values.agents(Options.all(given, "ssh")),
        hosts,
        network,
        BuildValues.allowed(Options.all(given, "allow"), network),
        BuildValues.limits(Options.all(given, "ulimit"), Options.one(given, "shm-size")),
        platform,
        BuildValues.cache(Options.on(given, "no-cache"), Options.all(given, "no-cache-filter")),
        BuildValues.reset(Options.all(given, "reset-mounts")),
        Options.on(given, "pull"),
        BuildValues.fetch(given),
        project(given, files, invocation),
        Options.choice(given, "cache-scope", "machine", "project"),
        !Options.choice(given, "trust", "host", "none"),
        Options.on(given, "normalize-modes"),
        epoch(args.get("SOURCE_DATE_EPOCH")),
        outputs,
        invocation.out());
  }

  private static String project(ParseResult given, BuildFiles files, Invocation invocation)
      throws IOException {
    Optional<String> named = Options.one(given, "project");
    return named.isPresent() ? named.get() : ProjectName.of(files.context(), invocation);
  }

  private static Optional<Instant> epoch(@Nullable String text) throws UsageException {
    if (text == null || text.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(Instant.ofEpochSecond(Long.parseLong(text)));
    } catch (NumberFormatException | java.time.DateTimeException e) {
      throw new UsageException("SOURCE_DATE_EPOCH=" + text + ": expected seconds since 1970");
    }
  }

  private static List<Output> outputs(ParseResult given, BuildValues values) throws UsageException {
    List<Output> outputs = new ArrayList<>();
    for (String text : Options.all(given, "output")) {
      outputs.add(values.output(text));
    }
    if (Options.on(given, "load") && !outputs.contains(new Output.DockerImages())) {
      outputs.add(new Output.DockerImages());
    }
    boolean isImage = outputs.isEmpty() || outputs.contains(new Output.DockerImages());
    if (isImage && !outputs.contains(new Output.Store())) {
      outputs.addFirst(new Output.Store());
    }
    if (outputs.stream().filter(BuildValues::toStandardOutput).count() > 1) {
      throw new UsageException("--output: only one result can go to standard output");
    }
    return outputs;
  }
}
