package dev.larder.engine.build;

import dev.larder.engine.check.CheckResult;
import dev.larder.engine.check.Checks;
import dev.larder.engine.digest.Digest;
import dev.larder.engine.dockerfile.Diagnostic;
import dev.larder.engine.dockerfile.Dockerfile;
import dev.larder.engine.dockerfile.DockerfileException;
import dev.larder.engine.dockerfile.PathPatterns;
import dev.larder.engine.dockerfile.Source;
import dev.larder.engine.dockerfile.Span;
import dev.larder.engine.dockerfile.Word;
import dev.larder.engine.event.BuildEvent;
import dev.larder.engine.event.Events;
import dev.larder.engine.event.Waste;
import dev.larder.engine.fetch.Allowance;
import dev.larder.engine.graph.Edge;
import dev.larder.engine.graph.Vertex;
import dev.larder.engine.history.BuildRecord;
import dev.larder.engine.history.LogWriter;
import dev.larder.engine.image.StoredImage;
import dev.larder.engine.mount.SecretSource;
import dev.larder.engine.oci.Descriptor;
import dev.larder.engine.oci.ImageConfig;
import dev.larder.engine.oci.ImageName;
import dev.larder.engine.oci.Platform;
import dev.larder.engine.outline.Outline;
import dev.larder.engine.outline.Targets;
import dev.larder.engine.plan.Plan;
import dev.larder.engine.plan.PlanRequest;
import dev.larder.engine.plan.Planner;
import dev.larder.engine.snapshot.Snapshot;
import dev.larder.engine.solve.Solver;
import dev.larder.engine.source.ContextTree;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** One build, from its request to its result. */
final class Build {
  private final Engine engine;
  private final BuildRequest request;
  private final Progressing progress;
  private final Repositories repositories;
  private final MainContext context;
  private final Instant started;
  private final Allowance allowance;
  private final BaseImages bases;
  private final Recording recording;
  private final String id;
  private final LogWriter log;
  private final Reasons reasons;
  private Optional<Path> path = Optional.empty();
  private Optional<Descriptor> manifest = Optional.empty();

  Build(Engine engine, BuildRequest request, Events events) {
    this.engine = engine;
    this.request = request;
    this.started = engine.clock().instant();
    this.id = engine.history().newId(started);
    this.log = engine.history().log(id);
    this.progress = new Progressing(events.and(log), engine.clock());
    this.allowance = Allowance.of(request.fetch().maxDownload());
    this.repositories =
        new Repositories(engine, request, request.fetch().offline(), secrets(request), progress);
    this.context =
        new MainContext(engine, request, progress, allowance, edge -> solve(edge, made -> {}));
    this.bases =
        new BaseImages(
            request,
            context,
            engine.images(),
            engine.blobs(),
            engine.snapshots(),
            engine.registries(),
            progress,
            engine.clock(),
            allowance,
            new DockerBases(engine, progress));
    this.recording = new Recording(request, progress, started, bases::digest, engine.versions());
    this.reasons = new Reasons(engine, request, recording, progress);
  }

  /** Builds, and keeps a record of it however it ends. */
  BuildResult run() throws BuildFailure, IOException, InterruptedException {
    BuildRecord.Outcome outcome = new BuildRecord.Outcome.Cancelled();
    try {
      BuildResult result = made();
      outcome =
          new BuildRecord.Outcome.Built(result.id(), result.manifest().map(Descriptor::digest));
      return result;
    } catch (BuildFailure | IOException e) {
      outcome = new BuildRecord.Outcome.Failed(String.valueOf(e.getMessage()));
      throw e;
    } finally {
      keep(outcome);
      if (!(outcome instanceof BuildRecord.Outcome.Cancelled) && progress.hasRun()) {
        new Room(engine, progress).make();
      }
    }
  }

  /** A record that can't be kept changes nothing about how the build went. */
  private void keep(BuildRecord.Outcome outcome) {
    try (log) {
      engine.history().add(recording.record(id, outcome));
      reasons.trim();
      if (log.failure().isPresent()) {
        throw log.failure().get();
      }
    } catch (IOException e) {
      progress.accept(
          new BuildEvent.Warned(
              engine.clock().instant(),
              Optional.empty(),
              "keep the record of this build: " + e.getMessage()));
    }
  }

  private BuildResult made() throws BuildFailure, IOException, InterruptedException {
    Dockerfile dockerfile = load(source());
    Checks checks = checks(dockerfile);
    try {
      return made(dockerfile, checks);
    } catch (BuildFailure e) {
      throw e.with(checks.findings());
    }
  }

  private BuildResult made(Dockerfile dockerfile, Checks checks)
      throws BuildFailure, IOException, InterruptedException {
    Plan plan = plan(dockerfile, checks);
    Permission.require(plan, dockerfile, request.allowed());
    recording.planned(plan);
    new MountReset(engine, request, progress).run(plan);
    progress.accept(new BuildEvent.Planned(engine.clock().instant(), steps(plan)));
    Snapshot files = solve(plan, dockerfile.source());
    List<Waste> waste = progress.hasFetched() ? recording.searchWaste() : List.of();
    waste.forEach(one -> progress.accept(new BuildEvent.Wasted(engine.clock().instant(), one)));
    ImageConfig config = assemble(plan, files);
    List<ImageName> names = export(config, files);
    return new BuildResult(
        config.digest(),
        config,
        files,
        names,
        manifest,
        Optional.of(id),
        progress.counted(),
        progress.reused(),
        progress.amounts(),
        progress.isIncomplete(),
        checks.findings(),
        waste,
        progress.since(started));
  }

  private Dockerfile readable() throws BuildFailure, IOException, InterruptedException {
    return readable(Dockerfile.parse(source()));
  }

  /** Looks at the Dockerfile only. */
  CheckResult check() throws IOException, InterruptedException {
    return Checks.run(planRequest(Dockerfile.parse(source())), bases, ignored());
  }

  /** What the target can be given. */
  Outline outline() throws BuildFailure, IOException, InterruptedException {
    Dockerfile dockerfile = readable();
    try {
      return Outline.of(planRequest(dockerfile), bases);
    } catch (DockerfileException e) {
      throw refused(dockerfile.source(), e);
    }
  }

  /** The stages that can be built. */
  Targets targets() throws BuildFailure, IOException, InterruptedException {
    return Targets.of(readable());
  }

  private Source source() throws IOException, InterruptedException {
    BuildRequest.Dockerfile.Text text = context.dockerfile();
    path = text.path();
    recording.read(text);
    return new Source(text.name(), text.content());
  }

  private Checks checks(Dockerfile dockerfile) throws BuildFailure, IOException {
    try {
      return Checks.begin(dockerfile, request.buildArgs(), ignored());
    } catch (DockerfileException e) {
      throw refused(dockerfile.source(), e);
    }
  }

  /** A broken ignore file is told of where it is needed. */
  private PathPatterns ignored() throws IOException {
    if (!(request.context() instanceof BuildRequest.Context.Folder(Path folder))) {
      return PathPatterns.NONE;
    }
    Optional<Source> file = ContextTree.ignoreFile(folder, path);
    try {
      return file.isPresent() ? PathPatterns.ignoreFile(file.get()) : PathPatterns.NONE;
    } catch (DockerfileException e) {
      return PathPatterns.NONE;
    }
  }

  private Dockerfile load(Source source) throws BuildFailure, IOException, InterruptedException {
    Dockerfile dockerfile =
        progress.internal(
            "[internal] load build definition from " + source.name(),
            vertex -> Dockerfile.parse(source));
    readable(dockerfile);
    Optional<Word> syntax = dockerfile.directive("syntax");
    if (syntax.isPresent()) {
      String note = syntax.get().text() + " is built in: nothing is fetched for it";
      progress.internal("[internal] " + note, vertex -> note);
    }
    for (Diagnostic warning : dockerfile.diagnostics()) {
      if (!warning.rule().isEmpty()) {
        continue; // checks tell it
      }
      progress.accept(
          new BuildEvent.Warned(engine.clock().instant(), Optional.empty(), warning.line(source)));
    }
    return dockerfile;
  }

  private static Dockerfile readable(Dockerfile dockerfile) throws BuildFailure {
    List<Diagnostic> errors =
        dockerfile.diagnostics().stream().filter(Diagnostic::isError).toList();
    if (!errors.isEmpty()) {
      Source source = dockerfile.source();
      throw new BuildFailure(
          errors.getFirst().line(source),
          errors.stream().map(error -> error.render(source)).toList());
    }
    return dockerfile;
  }

  private PlanRequest planRequest(Dockerfile dockerfile) {
    return new PlanRequest(
        dockerfile,
        request.target(),
        request.buildArgs(),
        request.platform(),
        Platform.host(System.getProperty("os.arch")),
        request.labels(),
        fresh(),
        request.extraHosts(),
        request.network(),
        request.limits());
  }

  private Plan plan(Dockerfile dockerfile, Checks checks)
      throws BuildFailure, IOException, InterruptedException {
    PlanRequest planRequest = planRequest(dockerfile);
    checks.readArguments(planRequest);
    Plan plan;
    try {
      plan = Planner.plan(planRequest, bases, checks);
    } catch (DockerfileException e) {
      throw refused(dockerfile.source(), e);
    }
    Optional<String> violation = checks.violation();
    if (violation.isPresent()) {
      throw new BuildFailure(violation.get(), List.of());
    }
    return plan;
  }

  private static BuildFailure refused(Source source, DockerfileException e) {
    List<String> told = e.diagnostics().stream().map(one -> told(source, one, true)).toList();
    boolean nowhere = isNowhere(e.diagnostic());
    return new BuildFailure(
        told(source, e.diagnostic(), false), nowhere ? told.subList(1, told.size()) : told);
  }

  private static boolean isNowhere(Diagnostic diagnostic) {
    return diagnostic.span().equals(new Span(0, 0));
  }

  private static String told(Source source, Diagnostic diagnostic, boolean excerpt) {
    if (isNowhere(diagnostic)) {
      return diagnostic.message()
          + (diagnostic.hint().isEmpty() ? "" : " (" + diagnostic.hint() + ")");
    }
    return excerpt ? diagnostic.render(source) : diagnostic.line(source);
  }

  private Predicate<String> fresh() {
    return switch (request.cache()) {
      case BuildRequest.Cache.Use() -> stage -> false;
      case BuildRequest.Cache.Ignore() -> stage -> true;
      case BuildRequest.Cache.IgnoreStages(List<String> stages) ->
          stage -> stages.stream().anyMatch(named -> named.toLowerCase(Locale.ROOT).equals(stage));
    };
  }

  private static List<BuildEvent.Step> steps(Plan plan) {
    Map<Digest, List<Digest>> inputs = new HashMap<>();
    plan.root().ifPresent(root -> inputs(root.vertex(), plan, inputs));
    List<BuildEvent.Step> steps = new ArrayList<>();
    plan.names()
        .forEach(
            (id, name) ->
                steps.add(
                    new BuildEvent.Step(
                        id, name.text(), name.counted(), inputs.getOrDefault(id, List.of()))));
    return steps;
  }

  /** What each vertex stands on, as far as it has a name. */
  private static void inputs(Vertex vertex, Plan plan, Map<Digest, List<Digest>> all) {
    if (!all.containsKey(vertex.id())) {
      List<Digest> named =
          vertex.inputs().stream()
              .map(input -> input.vertex().id())
              .filter(plan.names()::containsKey)
              .distinct()
              .toList();
      all.put(vertex.id(), named);
      vertex.inputs().forEach(input -> inputs(input.vertex(), plan, all));
    }
  }

  private Snapshot solve(Plan plan, Source source)
      throws BuildFailure, IOException, InterruptedException {
    if (plan.root().isEmpty()) {
      return Snapshot.EMPTY;
    }
    try {
      return solve(plan.root().get(), recording::solving);
    } catch (IOException e) {
      throw failure(plan, source, e);
    }
  }

  /** Makes the files of an edge, once somebody knows where to ask what became of its vertices. */
  private Snapshot solve(Edge edge, Consumer<Supplier<List<Solver.Solved>>> solving)
      throws IOException, InterruptedException {
    try (Closing open = new Closing()) {
      OpRunner runner = runner(request.fetch().offline(), open);
      Solver<FileSystem> solver =
          open.add(new Solver<>(runner, runner, engine.cache(), progress, engine.clock()));
      solving.accept(solver::solved);
      return switch (solver.solve(edge)) {
        case FileSystem.Layers(Snapshot snapshot) -> snapshot;
        case FileSystem.Context _, FileSystem.Download _, FileSystem.Unmade _ ->
            throw new IllegalStateException("a target is made of layers");
      };
    }
  }

  private OpRunner runner(boolean offline, Closing open) {
    return new OpRunner(
        engine.snapshots(),
        bases,
        new Contexts(engine, request, path, progress),
        open.add(new Downloads(engine, offline, progress, allowance)),
        offline
            ? new Repositories(engine, request, true, secrets(request), progress)
            : repositories,
        open.add(new LazyExec(engine, request, secrets(request), progress, allowance)),
        reasons,
        progress,
        engine.clock());
  }

  /** What the build would do. Nothing is run, fetched or kept, no record either. */
  Forecast forecast() throws BuildFailure, IOException, InterruptedException {
    Source source = source();
    Dockerfile dockerfile = load(source);
    Plan plan = plan(dockerfile, checks(dockerfile));
    Permission.require(plan, dockerfile, request.allowed());
    recording.planned(plan);
    if (plan.root().isEmpty()) {
      return new Forecast(List.of());
    }
    try (Closing open = new Closing()) {
      DryRunner dry = new DryRunner(runner(true, open), bases, reasons);
      DryRunner.ReadOnly cache = new DryRunner.ReadOnly(engine.cache());
      Solver<FileSystem> solver = open.add(new Solver<>(dry, dry, cache, progress, engine.clock()));
      solver.solve(plan.root().get());
      return new Forecast(recording.plannedSteps().stream().map(dry::step).toList());
    } catch (IOException e) {
      throw failure(plan, source, e);
    }
  }

  private static Map<String, SecretSource> secrets(BuildRequest request) {
    Map<String, SecretSource> secrets = new HashMap<>();
    for (BuildRequest.Secret secret : request.secrets()) {
      secrets.put(
          secret.id(),
          switch (secret) {
            case BuildRequest.Secret.File(String _, Path path) -> new SecretSource.File(path);
            case BuildRequest.Secret.Variable(String _, String name) ->
                new SecretSource.Variable(name);
          });
    }
    return secrets;
  }

  /** Says which instruction failed, where it stands, and what it wrote last. */
  private BuildFailure failure(Plan plan, Source source, IOException cause) {
    Optional<BuildEvent.Step> failed = progress.failed();
    Optional<Plan.StepName> name = failed.map(BuildEvent.Step::vertex).map(plan.names()::get);
    String reason = FullDisk.explain(cause, engine.home().root());
    List<String> excerpts = new ArrayList<>();
    name.flatMap(Plan.StepName::span)
        .ifPresent(span -> excerpts.add(Diagnostic.error(span, reason).render(source)));
    if (!allowance.exceededBy().isEmpty()) {
      excerpts.add(DownloadList.text(allowance));
    }
    return new BuildFailure(
        reason,
        excerpts,
        failed.map(step -> new BuildFailure.Step(step.name(), progress.log(step.vertex()))),
        cause);
  }

  private ImageConfig assemble(Plan plan, Snapshot files) throws IOException, InterruptedException {
    return progress.internal(
        "exporting to image",
        vertex ->
            ImageAssembly.complete(
                plan.config(),
                files,
                new StoredLayers(engine.snapshots()),
                request.sourceDateEpoch()));
  }

  private List<ImageName> export(ImageConfig config, Snapshot files)
      throws IOException, InterruptedException {
    engine.blobs().put(config.toBytes());
    List<ImageName> names = new ArrayList<>();
    for (BuildRequest.Output output : request.outputs()) {
      if (output instanceof BuildRequest.Output.Store) {
        StoredImage image =
            new StoredImage(
                config.digest(), Optional.of(files), Optional.empty(), engine.clock().instant());
        for (ImageName name : request.names()) {
          engine.images().put(name.withDefaultTag(), image);
          names.add(name.withDefaultTag());
        }
      } else {
        Optional<Descriptor> made =
            new Export(engine, request, progress).run(output, config, files);
        manifest = manifest.or(() -> made);
      }
    }
    return names;
  }
}
