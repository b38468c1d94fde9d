package dev.larder.engine.plan;

import dev.larder.engine.digest.Digest;
import dev.larder.engine.digest.Fingerprint;
import dev.larder.engine.dockerfile.Diagnostic;
import dev.larder.engine.dockerfile.DockerfileException;
import dev.larder.engine.dockerfile.Expander;
import dev.larder.engine.dockerfile.Frontend;
import dev.larder.engine.dockerfile.Instruction;
import dev.larder.engine.dockerfile.Span;
import dev.larder.engine.dockerfile.Stage;
import dev.larder.engine.dockerfile.Suggestion;
import dev.larder.engine.graph.Edge;
import dev.larder.engine.graph.Op;
import dev.larder.engine.graph.Vertex;
import dev.larder.engine.oci.ImageConfig;
import dev.larder.engine.oci.ImageName;
import dev.larder.engine.oci.Platform;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Turns a Dockerfile into a graph. Only the stages that the target needs are gone through, each
 * once, and only their base images are looked up. The rules are those of BuildKit's
 * frontend/dockerfile/dockerfile2llb.
 */
public final class Planner implements Sources {
  /** Images that people mean when there is none of the name that they wrote. */
  private static final List<String> COMMON =
      List.of("alpine", "busybox", "centos", "debian", "fedora", "golang", "ubuntu");

  private final PlanRequest request;
  private final Bases bases;
  private final Expander expander;
  private final List<Stage> stages;
  private final SequencedMap<String, String> globals;
  private final Problems problems = new Problems();
  private final Froms froms;
  private final Map<Integer, StageState> planned = new HashMap<>();

  /** Each image is looked up once, so that a tag that moves meanwhile is one image in a build. */
  private final Map<String, Bases.Base.Image> images = new HashMap<>();

  private final SequencedMap<Digest, Plan.StepName> names = new LinkedHashMap<>();
  private final List<Diagnostic> warnings = new ArrayList<>();

  private final PlanListener listener;
  private @Nullable Edge mainContext;

  /** Places of a circle of stages, which is told of once. */
  private Set<Span> circle = Set.of();

  private Planner(PlanRequest request, Bases bases, PlanListener listener)
      throws DockerfileException {
    String syntax = request.buildArgs().getOrDefault("BUILDKIT_SYNTAX", "").split(" ", 2)[0];
    if (!syntax.isEmpty() && !Frontend.isBuiltIn(syntax)) {
      throw new DockerfileException(Frontend.refusal(Scope.NOWHERE, syntax));
    }
    this.request = request;
    this.bases = bases;
    this.listener = listener;
    this.expander = request.dockerfile().expander();
    this.stages = request.dockerfile().stages();
    this.globals = GlobalArgs.of(request, listener);
    this.froms = Froms.read(request, globals, problems);
  }

  /**
   * Plans a build.
   *
   * @throws DockerfileException if the Dockerfile can't be built as it stands; with all mistakes
   *     that don't follow from each other
   * @throws IOException if a base image can't be looked up
   */
  public static Plan plan(PlanRequest request, Bases bases)
      throws DockerfileException, IOException, InterruptedException {
    return plan(request, bases, PlanListener.NONE);
  }

  /**
   * The same, while somebody listens: until the first mistake.
   *
   * @throws DockerfileException if the Dockerfile can't be built as it stands
   * @throws IOException if a base image can't be looked up
   */
  public static Plan plan(PlanRequest request, Bases bases, PlanListener listener)
      throws DockerfileException, IOException, InterruptedException {
    Planner planner = new Planner(request, bases, listener);
    StageState target = planner.stage(planner.walk(false));
    ImageConfig config = target.config;
    if (!request.labels().isEmpty()) {
      Map<String, String> labels = new LinkedHashMap<>(config.labels());
      labels.putAll(request.labels());
      config = config.withLabels(labels);
    }
    Platform platform = config.platform().normalized();
    if (!platform.equals(config.platform())) {
      config = config.withPlatform(platform);
    }
    return new Plan(target.root, config, planner.names, planner.warnings);
  }

  /**
   * Goes through a Dockerfile for who listens alone: through what the target needs, or through all
   * stages if none is named.
   *
   * @throws DockerfileException if a stage can't be built as it stands
   * @throws IOException if a base image can't be looked up
   */
  public static void walk(PlanRequest request, Bases bases, PlanListener listener)
      throws DockerfileException, IOException, InterruptedException {
    new Planner(request, bases, listener).walk(request.target().isEmpty());
  }

  /**
   * Goes through what the target needs, for who listens alone.
   *
   * @return the number of the target, from 0
   * @throws DockerfileException if it can't be built as it stands
   * @throws IOException if a base image can't be looked up
   */
  public static int planTarget(PlanRequest request, Bases bases, PlanListener listener)
      throws DockerfileException, IOException, InterruptedException {
    return new Planner(request, bases, listener).walk(false);
  }

  /** Gives the number of the target. */
  private int walk(boolean all) throws DockerfileException, IOException, InterruptedException {
    int target = stages.size() - 1;
    try {
      target = froms.target(request.target());
    } catch (DockerfileException e) {
      problems.add(Problems.Phase.TARGET, e);
      problems.raise();
    }
    circle = Circle.search(stages, froms, problems);
    try {
      for (int i = all ? 0 : target; i <= target; i++) {
        stage(i);
      }
    } catch (IOException e) {
      problems.raise(); // what is known to be wrong comes before what the world hides
      throw e;
    }
    problems.raise();
    return target;
  }

  /** Checks end at the first mistake, as BuildKit's do. */
  private PlanListener heard() {
    return problems.isEmpty() ? listener : PlanListener.NONE;
  }

  /** A stage that can't be planned is one of which nothing is known. */
  private StageState stage(int index) throws IOException, InterruptedException {
    StageState known = planned.get(index);
    if (known != null) {
      return known;
    }
    Stage stage = stages.get(index);
    Optional<Froms.From> from = froms.of(index);
    StageState state =
        new StageState(
            index,
            stages.size() == 1 ? "" : stage.name().orElse("stage-" + index),
            from.isPresent() ? platform(from.get(), index) : request.platform(),
            request.fresh().test(stage.name().orElse(Integer.toString(index))));
    planned.put(index, state);
    state.doubtful = from.isEmpty();
    if (from.isPresent()) {
      try {
        begin(state, stage, from.get());
      } catch (DockerfileException e) {
        problems.add(Problems.Phase.BASE, e);
        state.doubtful = true;
      }
    }
    if (state.doubtful) {
      for (Froms.Need need : froms.needs(stage)) {
        if (need.other() < index) {
          stage(need.other()); // it may be wrong too, and is needed
        }
      }
    }
    return state;
  }

  private void begin(StageState state, Stage stage, Froms.From from)
      throws DockerfileException, IOException, InterruptedException {
    Span at = stage.from().image().span();
    Optional<Found> context =
        stage.name().isPresent()
            ? namedContext(stage.name().get(), state.platform, at)
            : Optional.empty();
    if (context.isPresent()) {
      use(state, context.get(), stage.from().image().text(), at);
      return;
    }
    heard().starting(state.index, froms.named(from.base(), state.index), from.used());
    List<Instruction> triggered = start(state, stage, from.base(), state.platform);
    state.startEnvironment();
    StagePlan plan = new StagePlan(state, expander, this, request, globals);
    state.trigger = Optional.of(stage.from().head().code());
    for (Instruction trigger : triggered) {
      apply(plan, state, trigger);
    }
    state.trigger = Optional.empty();
    for (Instruction instruction : stage.instructions()) {
      apply(plan, state, instruction);
    }
  }

  /**
   * A mistake in one instruction hides none in the next, unless it leaves a variable without the
   * value that it should have.
   */
  private void apply(StagePlan plan, StageState state, Instruction instruction)
      throws IOException, InterruptedException {
    if (state.doubtful) {
      return;
    }
    try {
      plan.apply(instruction, heard());
    } catch (DockerfileException e) {
      DockerfileException told = e;
      if (state.trigger.isPresent()) {
        told = Scope.error(state.trigger.get(), "ONBUILD of the base: " + e.diagnostic().message());
      }
      problems.add(Problems.Phase.STEP, told);
      state.doubtful =
          instruction instanceof Instruction.Env || instruction instanceof Instruction.Arg;
    }
  }

  /** That of FROM, which says nothing where there is nothing to choose. */
  private Platform platform(Froms.From from, int index) throws IOException, InterruptedException {
    OptionalInt earlier = froms.named(from.base(), index);
    if (earlier.isPresent()) {
      return stage(earlier.getAsInt()).platform;
    }
    return from.base().equals(Froms.SCRATCH)
        ? request.platform()
        : from.platform().orElse(request.platform());
  }

  /** Gives a stage what it stands on, and finds out what that wants run first. */
  private List<Instruction> start(StageState state, Stage stage, String base, Platform platform)
      throws DockerfileException, IOException, InterruptedException {
    Span at = stage.from().image().span();
    int steps = Triggers.steps(stage.instructions());
    OptionalInt earlier = froms.named(base, stage.index());
    List<String> triggers;
    if (earlier.isPresent()) {
      StageState below = stage(earlier.getAsInt());
      state.startFrom(below);
      state.doubtful = below.doubtful;
      triggers = List.copyOf(below.triggers);
      state.steps = steps;
    } else if (base.equals(Froms.SCRATCH)) {
      triggers = List.of();
      state.steps = steps;
    } else {
      Found found = find(base, platform, at);
      state.steps = steps + 1;
      triggers =
          found.base() instanceof Bases.Base.Image image ? image.config().onBuild() : List.of();
      state.steps += Triggers.steps(Triggers.parse(triggers, at));
      use(state, found, base, at);
    }
    List<Instruction> instructions = Triggers.parse(triggers, at);
    if (earlier.isPresent()) {
      state.steps += Triggers.steps(instructions);
    }
    if (!triggers.isEmpty()) {
      state.config = state.config.withOnBuild(List.of());
    }
    return instructions;
  }

  /**
   * What a name stands for.
   *
   * @param context the named context that says so
   */
  private record Found(Bases.Base base, Optional<String> context) {}

  private Optional<Found> namedContext(String name, Platform platform, Span at)
      throws DockerfileException, IOException, InterruptedException {
    try {
      return bases.namedContext(name, platform).map(base -> new Found(base, Optional.of(name)));
    } catch (BaseNotFoundException e) {
      throw Scope.error(at, "context \"" + name + "\": " + e.getMessage(), e.hint());
    }
  }

  private Found find(String base, Platform platform, Span at)
      throws DockerfileException, IOException, InterruptedException {
    Optional<Found> context = namedContext(base, platform, at);
    if (context.isPresent()) {
      return context.get();
    }
    ImageName name;
    try {
      name = ImageName.parse(base);
    } catch (IllegalArgumentException e) {
      throw Scope.error(at, "failed to parse stage name \"" + base + "\": " + e.getMessage());
    }
    // a context named debian stands for debian:latest as well
    String plain = plain(name);
    if (!plain.equals(base)) {
      Optional<Found> same = namedContext(plain, platform, at);
      if (same.isPresent()) {
        return same.get();
      }
    }
    try {
      ImageName tagged = name.withDefaultTag();
      Bases.Base.Image known = images.get(tagged + " " + platform);
      if (known == null) {
        known = bases.image(tagged, platform);
        images.put(tagged + " " + platform, known);
      }
      heard().based(at, base, platform, known.config().platform());
      return new Found(known, Optional.empty());
    } catch (BaseNotFoundException e) {
      String other = COMMON.contains(base) ? "" : Suggestion.hint("", base, COMMON);
      throw Scope.error(
          at,
          String.valueOf(e.getMessage()),
          froms.hint("the stage ", base, other.isEmpty() ? e.hint() : other));
    }
  }

  /** {@code latest} goes without saying. */
  private static String plain(ImageName name) {
    String familiar = name.familiar();
    return familiar.endsWith(":latest") ? familiar.substring(0, familiar.length() - 7) : familiar;
  }

  private void use(StageState state, Found found, String text, Span at) {
    if (found.base() instanceof Bases.Base.Image image) {
      state.config = image.config();
      image(image, found.context(), state.steps > 0 ? Optional.of(state) : Optional.empty(), at)
          .ifPresent(edge -> state.root = Optional.of(edge));
      return;
    }
    Optional<Edge> files = files(found.base());
    if (files.isEmpty() || ContextFiles.isLayers(files.get())) {
      state.root = files;
      return;
    }
    Vertex copied = ContextFiles.copied(files.get(), state.platform, state.fresh);
    name(copied, state.name("FROM " + text, Optional.of(at)));
    state.root = Optional.of(copied.output(0));
  }

  /** An image without layers is an empty file system. */
  private Optional<Edge> image(
      Bases.Base.Image image, Optional<String> context, Optional<StageState> stage, Span at) {
    String text = "FROM " + image.name();
    Plan.StepName name =
        context
            .map(of -> "[context " + of + "] " + plain(image.name()))
            .or(() -> stage.isEmpty() ? Optional.of(text) : Optional.empty())
            .map(internal -> Plan.StepName.internal(internal, "", Optional.of(at)))
            .orElseGet(() -> stage.orElseThrow().name(text, Optional.of(at)));
    if (image.config().diffIds().isEmpty()) {
      return Optional.empty();
    }
    Fingerprint chain = Fingerprint.of("layers/1");
    image.config().diffIds().forEach(diffId -> chain.add("layer", diffId));
    Vertex vertex =
        Vertex.of(
            new Op.Image(image.name(), image.platform(), chain.digest(), image.handle()),
            List.of(),
            false);
    name(vertex, name);
    return Optional.of(vertex.output(0));
  }

  @Override
  public Edge context() throws IOException, InterruptedException {
    Edge known = mainContext;
    if (known == null) {
      Bases.Base base = bases.context();
      known =
          base instanceof Bases.Base.Folder folder
              ? folder(folder.name(), "[internal] load build context").output(0)
              : files(base).orElseGet(() -> ContextFiles.nothing(request.platform()));
      mainContext = known;
    }
    return known;
  }

  /** The files of a context that is no image. */
  private Optional<Edge> files(Bases.Base base) {
    return switch (base) {
      case Bases.Base.Folder f ->
          Optional.of(folder(f.name(), "[context " + f.name() + "] load from client").output(0));
      case Bases.Base.Git g -> shown(base, g.shown());
      case Bases.Base.File f -> shown(base, f.shown());
      case Bases.Base.Nothing _ -> Optional.empty();
      case Bases.Base.Image _ -> throw new IllegalStateException("an image is no folder: " + base);
    };
  }

  private Optional<Edge> shown(Bases.Base base, String name) {
    Edge files = ContextFiles.of(base, request.platform());
    if (!name.isEmpty()) {
      name(ContextFiles.source(files).vertex(), Plan.StepName.internal(name, "", Optional.empty()));
    }
    return Optional.of(files);
  }

  private Vertex folder(String name, String shown) {
    Vertex local = Vertex.of(new Op.Local(name), List.of(), false);
    name(local, Plan.StepName.internal(shown, "", Optional.empty()));
    return local;
  }

  @Override
  public Optional<Edge> from(String name, StageState user, Optional<String> target, Span at)
      throws DockerfileException, IOException, InterruptedException {
    boolean number = target.isEmpty() && name.matches("[0-9]+"); // a mount knows names alone
    OptionalInt index = number ? number(name, at) : froms.named(name, stages.size());
    if (index.isEmpty()) {
      return outside(name, at);
    }
    if (circle.contains(at)) {
      return Optional.empty();
    }
    if (index.getAsInt() == user.index) {
      throw Scope.error(at, "circular dependency detected on stage: " + name);
    }
    if (index.getAsInt() > user.index) {
      String stage = "from stage \"" + name + "\"";
      throw Scope.error(
          at,
          target
              .map(
                  t ->
                      "cannot mount "
                          + stage
                          + " to \""
                          + t
                          + "\", stage needs to be defined before current command")
              .orElse(
                  "cannot copy "
                      + stage
                      + ", it needs to be defined before current stage \""
                      + user.label
                      + "\""));
    }
    heard().needing(user.index, index.getAsInt());
    return stage(index.getAsInt()).root;
  }

  private OptionalInt number(String digits, Span at) throws DockerfileException {
    if (digits.length() > 9 || Integer.parseInt(digits) >= stages.size()) {
      throw Scope.error(at, "invalid stage index " + digits);
    }
    return OptionalInt.of(Integer.parseInt(digits));
  }

  private Optional<Edge> outside(String name, Span at)
      throws DockerfileException, IOException, InterruptedException {
    if (name.equals(Froms.SCRATCH)) {
      return Optional.empty();
    }
    Found found = find(name, request.platform(), at);
    return found.base() instanceof Bases.Base.Image image
        ? image(image, found.context(), Optional.empty(), at)
        : files(found.base());
  }

  @Override
  public void name(Vertex vertex, Plan.StepName name) {
    names.putIfAbsent(vertex.id(), name);
  }
}
