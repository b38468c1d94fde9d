package dev.larder.engine.build;

import dev.larder.engine.digest.Digest;
import dev.larder.engine.event.Amounts;
import dev.larder.engine.event.BuildEvent;
import dev.larder.engine.event.Waste;
import dev.larder.engine.graph.Edge;
import dev.larder.engine.graph.GitAddress;
import dev.larder.engine.graph.Op;
import dev.larder.engine.graph.Vertex;
import dev.larder.engine.history.BuildRecord;
import dev.larder.engine.oci.ImageName;
import dev.larder.engine.plan.Plan;
import dev.larder.engine.solve.Solver;
import dev.larder.engine.waste.RanStep;
import dev.larder.engine.waste.WasteSearch;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/** Puts together what is kept of a build. */
final class Recording {
  private final BuildRequest request;
  private BuildRequest.Dockerfile.Text dockerfile;
  private final Progressing progress;
  private final Instant started;
  private final Function<String, Optional<Digest>> images;
  private final SequencedMap<String, String> versions;
  private Optional<Plan> plan = Optional.empty();
  private Supplier<List<Solver.Solved>> solved = List::of;
  private List<Waste> waste = List.of();

  /**
   * What is kept of a build of this request.
   *
   * @param images the digest of an image by its handle
   * @param versions of what builds it
   */
  Recording(
      BuildRequest request,
      Progressing progress,
      Instant started,
      Function<String, Optional<Digest>> images,
      SequencedMap<String, String> versions) {
    this.request = request;
    this.dockerfile =
        request.dockerfile() instanceof BuildRequest.Dockerfile.Text text
            ? text
            : new BuildRequest.Dockerfile.Text("Dockerfile", Optional.empty(), "");
    this.progress = progress;
    this.started = started;
    this.images = images;
    this.versions = versions;
  }

  /** Told of the Dockerfile once it is here. */
  void read(BuildRequest.Dockerfile.Text text) {
    dockerfile = text;
  }

  void planned(Plan made) {
    plan = Optional.of(made);
  }

  /** Where to ask, after the end, what became of the vertices. */
  void solving(Supplier<List<Solver.Solved>> all) {
    solved = all;
  }

  /** Looks for what the steps that ran have downloaded in vain. */
  List<Waste> searchWaste() {
    List<RanStep> ran = new ArrayList<>();
    for (Solver.Solved one : solved.get()) {
      Digest id = one.vertex().id();
      if (!one.reused() && one.vertex().op() instanceof Op.Exec op) {
        Plan.StepName name = plan.orElseThrow().names().get(id);
        ran.add(
            new RanStep(
                id,
                name == null ? one.vertex().toString() : name.text(),
                op.argv(),
                op.environment(),
                op.user(),
                progress.kept(id).stream()
                    .map(k -> new RanStep.CacheUse(k.target(), k.before(), k.after()))
                    .toList(),
                progress.fetched(id).stream()
                    .map(f -> new RanStep.Download(f.url(), f.network()))
                    .toList()));
      }
    }
    waste = WasteSearch.of(ran);
    return waste;
  }

  BuildRecord record(String id, BuildRecord.Outcome outcome) {
    return new BuildRecord(
        id,
        started,
        progress.since(started),
        outcome,
        asked(),
        steps(),
        progress.amounts(),
        waste,
        progress.warnings().stream()
            .map(warned -> new BuildRecord.Warning(warned.vertex(), warned.text()))
            .toList(),
        versions);
  }

  /** Values of build arguments may be secrets: only their digests are kept. */
  SequencedMap<String, String> asked() {
    SequencedMap<String, String> asked = new LinkedHashMap<>();
    asked.put("project", request.project());
    asked.put("dockerfile", dockerfile.name());
    asked.put("dockerfileDigest", Digest.ofText(dockerfile.content()).toString());
    context().ifPresent(place -> asked.put("context", place));
    request.target().ifPresent(target -> asked.put("target", target));
    asked.put("platform", request.platform().toString());
    asked.put("cache", request.cache().getClass().getSimpleName());
    request
        .buildArgs()
        .forEach((name, value) -> asked.put("arg." + name, Digest.ofText(value).toString()));
    request.contexts().forEach((name, context) -> asked.put("context." + name, shown(context)));
    for (int i = 0; i < request.names().size(); i++) {
      asked.put("name." + i, request.names().get(i).withDefaultTag().toString());
    }
    return asked;
  }

  private Optional<String> context() {
    return switch (request.context()) {
      case BuildRequest.Context.Folder(Path path) -> Optional.of(path.toString());
      case BuildRequest.Context.Git(Op.Git git) -> Optional.of(git.shown());
      case BuildRequest.Context.Web(URI url) ->
          Optional.of(GitAddress.withoutPassword(url.toString()));
      case BuildRequest.Context.Archive _ -> Optional.of("-");
      case BuildRequest.Context.Empty _ -> Optional.empty();
    };
  }

  /** As it is given, without a password. */
  private static String shown(BuildRequest.NamedContext context) {
    return switch (context) {
      case BuildRequest.NamedContext.Folder(Path path) -> path.toString();
      case BuildRequest.NamedContext.Image(ImageName name) -> "docker-image://" + name;
      case BuildRequest.NamedContext.Stored(ImageName name) -> name.toString();
      case BuildRequest.NamedContext.OciLayout(Path path, String reference) ->
          "oci-layout://" + path + ":" + reference;
      case BuildRequest.NamedContext.Git(Op.Git git) -> git.shown();
      case BuildRequest.NamedContext.Web(URI url) -> GitAddress.withoutPassword(url.toString());
      case BuildRequest.NamedContext.Nothing _ -> "docker-image://scratch";
    };
  }

  /** The vertices of the plan before anything is known of them, inputs before what uses them. */
  List<BuildRecord.Step> plannedSteps() {
    List<BuildRecord.Step> steps = new ArrayList<>();
    for (Vertex vertex : vertices()) {
      steps.add(step(vertex, Optional.empty()));
    }
    return steps;
  }

  private List<BuildRecord.Step> steps() {
    Map<Digest, Solver.Solved> byVertex = new HashMap<>();
    solved.get().forEach(one -> byVertex.put(one.vertex().id(), one));
    List<BuildRecord.Step> steps = new ArrayList<>();
    for (Vertex vertex : vertices()) {
      steps.add(ended(step(vertex, Optional.ofNullable(byVertex.get(vertex.id())))));
    }
    return steps;
  }

  private List<Vertex> vertices() {
    List<Vertex> vertices = new ArrayList<>();
    plan.flatMap(Plan::root).ifPresent(root -> add(root.vertex(), new HashSet<>(), vertices));
    return vertices;
  }

  private static void add(Vertex vertex, Set<Digest> seen, List<Vertex> vertices) {
    if (seen.add(vertex.id())) {
      for (Edge input : vertex.inputs()) {
        add(input.vertex(), seen, vertices);
      }
      vertices.add(vertex);
    }
  }

  private BuildRecord.Step step(Vertex vertex, Optional<Solver.Solved> known) {
    Plan.StepName name = plan.orElseThrow().names().get(vertex.id());
    return new BuildRecord.Step(
        vertex.id(),
        name == null ? vertex.toString() : name.text(),
        vertex.inputs().stream().map(input -> input.vertex().id()).toList(),
        vertex.op().parts(),
        known.map(Solver.Solved::key),
        known.map(Solver.Solved::inputs).orElse(List.of()),
        "unused",
        Duration.ZERO,
        Duration.ZERO,
        Amounts.NONE,
        false,
        place(vertex, Optional.ofNullable(name)),
        List.of(),
        "");
  }

  private BuildRecord.Place place(Vertex vertex, Optional<Plan.StepName> name) {
    String image = "";
    String digest = "";
    if (vertex.op() instanceof Op.Image(ImageName named, var _, Digest chain, String handle)) {
      image = named.familiar().replaceFirst("@.*", "");
      digest = images.apply(handle).orElse(chain).toString();
    }
    return new BuildRecord.Place(
        name.map(Plan.StepName::stage).orElse(""),
        name.map(Plan.StepName::number).orElse(0),
        name.map(Plan.StepName::instruction).orElse(""),
        name.map(Plan.StepName::args).orElse(List.of()),
        image,
        digest);
  }

  private BuildRecord.Step ended(BuildRecord.Step step) {
    Progressing.Timing timing = progress.timing(step.vertex());
    Optional<BuildEvent.Because> because = progress.because(step.vertex());
    return new BuildRecord.Step(
        step.vertex(),
        step.name(),
        step.inputs(),
        step.parts(),
        step.key(),
        step.inputKeys(),
        timing.outcome(),
        timing.queued(started),
        timing.took(),
        progress.amounts(step.vertex()),
        progress.isUncounted(step.vertex()),
        step.place(),
        because.map(BuildEvent.Because::reasons).orElse(List.of()),
        because.map(BuildEvent.Because::against).orElse(""));
  }
}
