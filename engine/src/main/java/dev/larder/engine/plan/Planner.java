package dev.larder.engine.plan;

import dev.larder.engine.digest.Digest;
import dev.larder.engine.digest.Fingerprint;
import dev.larder.engine.dockerfile.Diagnostic;
import dev.larder.engine.dockerfile.Dockerfile;
import dev.larder.engine.dockerfile.DockerfileException;
import dev.larder.engine.dockerfile.Expander;
import dev.larder.engine.dockerfile.Instruction;
import dev.larder.engine.dockerfile.Source;
import dev.larder.engine.dockerfile.Span;
import dev.larder.engine.dockerfile.Stage;
import dev.larder.engine.dockerfile.Suggestion;
import dev.larder.engine.dockerfile.Word;
import dev.larder.engine.graph.Edge;
import dev.larder.engine.graph.FileAction;
import dev.larder.engine.graph.Op;
import dev.larder.engine.graph.Selector;
import dev.larder.engine.graph.Vertex;
import dev.larder.engine.oci.ImageConfig;
import dev.larder.engine.oci.ImageName;
import dev.larder.engine.oci.Platform;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedMap;
import java.util.Set;

/**
 * Turns a Dockerfile into a graph. Only the stages that the target needs are gone through, each
 * once, and only their base images are looked up. The rules are those of BuildKit's
 * frontend/dockerfile/dockerfile2llb.
 */
public final class Planner implements Sources {
  private static final String SCRATCH = "scratch";

  private final PlanRequest request;
  private final Bases bases;
  private final Expander expander;
  private final List<Stage> stages;
  private final SequencedMap<String, String> globals;
  private final Map<Integer, StageState> planned = new HashMap<>();

  /** Each image is looked up once, so that a tag that moves meanwhile is one image in a build. */
  private final Map<String, Bases.Base.Image> images = new HashMap<>();

  private final SequencedMap<Digest, Plan.StepName> names = new LinkedHashMap<>();
  private final List<Diagnostic> warnings = new ArrayList<>();

  private final PlanListener listener;

  private Planner(PlanRequest request, Bases bases, PlanListener listener)
      throws DockerfileException {
    this.request = request;
    this.bases = bases;
    this.listener = listener;
    this.expander = request.dockerfile().expander();
    this.stages = request.dockerfile().stages();
    this.globals = GlobalArgs.of(request, listener);
  }

  /**
   * Plans a build.
   *
   * @throws DockerfileException if the Dockerfile can't be built as it stands
   * @throws IOException if a base image can't be looked up
   */
  public static Plan plan(PlanRequest request, Bases bases)
      throws DockerfileException, IOException, InterruptedException {
    return plan(request, bases, PlanListener.NONE);
  }

  /**
   * The same, while somebody listens.
   *
   * @throws DockerfileException if the Dockerfile can't be built as it stands
   * @throws IOException if a base image can't be looked up
   */
  public static Plan plan(PlanRequest request, Bases bases, PlanListener listener)
      throws DockerfileException, IOException, InterruptedException {
    Planner planner = new Planner(request, bases, listener);
    StageState target = planner.stage(planner.targetIndex());
    ImageConfig config = target.config;
    if (!request.labels().isEmpty()) {
      Map<String, String> labels = new LinkedHashMap<>(config.labels());
      labels.putAll(request.labels());
      config = config.withLabels(labels);
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
    Planner planner = new Planner(request, bases, listener);
    int last = planner.targetIndex();
    for (int i = request.target().isPresent() ? last : 0; i <= last; i++) {
      planner.stage(i);
    }
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
    Planner planner = new Planner(request, bases, listener);
    int target = planner.targetIndex();
    planner.stage(target);
    return target;
  }

  /** An empty one is none, as scripts give it. */
  private Optional<String> target() {
    return request.target().filter(name -> !name.isEmpty());
  }

  private int targetIndex() throws DockerfileException {
    if (target().isEmpty()) {
      return stages.size() - 1;
    }
    String wanted = target().get();
    OptionalInt index = byName(wanted, stages.size());
    if (index.isEmpty()) {
      List<String> known = stages.stream().flatMap(stage -> stage.name().stream()).toList();
      throw Scope.error(
          new Span(0, 0),
          "target stage \"" + wanted + "\" could not be found",
          hint(
              "",
              wanted,
              known.isEmpty() ? "no stage has a name" : "stages: " + String.join(", ", known)));
    }
    return index.getAsInt();
  }

  /** The last stage of this name before an index. */
  private OptionalInt byName(String name, int before) {
    String wanted = name.toLowerCase(Locale.ROOT);
    for (int i = before - 1; i >= 0; i--) {
      if (stages.get(i).name().filter(wanted::equals).isPresent()) {
        return OptionalInt.of(i);
      }
    }
    return OptionalInt.empty();
  }

  private StageState stage(int index)
      throws DockerfileException, IOException, InterruptedException {
    StageState known = planned.get(index);
    if (known != null) {
      return known;
    }
    Stage stage = stages.get(index);
    Instruction.From from = stage.from();
    Set<String> used = new LinkedHashSet<>();
    Scope scope = new Scope(expander, globals, (_, expansion) -> used.addAll(expansion.used()));
    String base = scope.value(from.image());
    if (base.isEmpty()) {
      throw Scope.error(
          from.image().span(), "base name (" + from.image().text() + ") should not be blank");
    }
    Platform platform = platform(from, base, index, scope);
    String label = stages.size() == 1 ? "" : stage.name().orElse("stage-" + index);
    boolean fresh = request.fresh().test(stage.name().orElse(Integer.toString(index)));
    StageState state = new StageState(index, label, platform, fresh);
    Optional<Bases.Base> context =
        stage.name().isPresent()
            ? namedContext(stage.name().get(), platform, from.image().span())
            : Optional.empty();
    if (context.isPresent()) {
      use(state, context.get(), from.image().text(), from.image().span());
      planned.put(index, state);
      return state;
    }
    listener.starting(index, byName(base, index), used);
    List<Instruction> triggered = start(state, stage, base, platform);
    state.startEnvironment();
    StagePlan plan = new StagePlan(state, expander, this, request, globals, listener);
    state.trigger = Optional.of(from.head().code());
    for (Instruction trigger : triggered) {
      try {
        plan.apply(trigger);
      } catch (DockerfileException e) {
        throw Scope.error(from.head().code(), "ONBUILD of the base: " + e.diagnostic().message());
      }
    }
    state.trigger = Optional.empty();
    for (Instruction instruction : stage.instructions()) {
      plan.apply(instruction);
    }
    planned.put(index, state);
    return state;
  }

  /** That of FROM, which says nothing where there is nothing to choose. */
  private Platform platform(Instruction.From from, String base, int index, Scope scope)
      throws DockerfileException, IOException, InterruptedException {
    Word word = from.platform();
    OptionalInt earlier = byName(base, index);
    if (earlier.isPresent()) {
      return stage(earlier.getAsInt()).platform;
    }
    if (word == null || base.equals(SCRATCH)) {
      return request.platform();
    }
    String text = scope.value(word);
    if (text.isEmpty()) {
      throw Scope.error(word.span(), "empty platform value from expression " + word.text());
    }
    try {
      return Platform.parse(text, request.buildPlatform());
    } catch (IllegalArgumentException e) {
      throw Scope.error(
          word.span(), "failed to parse platform " + word.text() + ": " + e.getMessage());
    }
  }

  /** Gives a stage what it stands on, and finds out what that wants run first. */
  private List<Instruction> start(StageState state, Stage stage, String base, Platform platform)
      throws DockerfileException, IOException, InterruptedException {
    Span at = stage.from().image().span();
    int steps = count(stage.instructions());
    OptionalInt earlier = byName(base, stage.index());
    List<String> triggers;
    if (earlier.isPresent()) {
      StageState below = stage(earlier.getAsInt());
      state.startFrom(below);
      triggers = List.copyOf(below.triggers);
      state.steps = steps;
    } else if (base.equals(SCRATCH)) {
      triggers = List.of();
      state.steps = steps;
    } else {
      Bases.Base found = find(base, platform, at);
      state.steps = steps + 1;
      triggers = found instanceof Bases.Base.Image image ? image.config().onBuild() : List.of();
      state.steps += count(parsed(triggers, at));
      use(state, found, base, at);
    }
    List<Instruction> instructions = parsed(triggers, at);
    if (earlier.isPresent()) {
      state.steps += count(instructions);
    }
    if (!triggers.isEmpty()) {
      state.config = state.config.withOnBuild(List.of());
    }
    return instructions;
  }

  private Optional<Bases.Base> namedContext(String name, Platform platform, Span at)
      throws DockerfileException, IOException, InterruptedException {
    try {
      return bases.namedContext(name, platform);
    } catch (BaseNotFoundException e) {
      throw Scope.error(at, "context \"" + name + "\": " + e.getMessage(), e.hint());
    }
  }

  private Bases.Base find(String base, Platform platform, Span at)
      throws DockerfileException, IOException, InterruptedException {
    Optional<Bases.Base> context = namedContext(base, platform, at);
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
    String familiar = name.familiar();
    String plain =
        familiar.endsWith(":latest") ? familiar.substring(0, familiar.length() - 7) : familiar;
    if (!plain.equals(base)) {
      Optional<Bases.Base> same = namedContext(plain, platform, at);
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
      listener.based(at, base, platform, known.config().platform());
      return known;
    } catch (BaseNotFoundException e) {
      throw Scope.error(at, String.valueOf(e.getMessage()), hint("the stage ", base, e.hint()));
    }
  }

  /** A stage with nearly that name is the likeliest thing that was meant. */
  private String hint(String kind, String word, String otherwise) {
    List<String> known = stages.stream().flatMap(stage -> stage.name().stream()).toList();
    String hint = Suggestion.hint(kind, word, known);
    return hint.isEmpty() ? otherwise : hint;
  }

  private void use(StageState state, Bases.Base base, String text, Span at) {
    switch (base) {
      case Bases.Base.Image image -> {
        state.config = image.config();
        image(image, state.steps > 0 ? Optional.of(state) : Optional.empty(), at)
            .ifPresent(edge -> state.root = Optional.of(edge));
      }
      case Bases.Base.Folder folder -> {
        Vertex local = folder(folder);
        FileAction copy =
            new FileAction.Copy(
                0,
                List.of(new Selector.Pick("/", false, true, false, List.of())),
                "/",
                Optional.empty(),
                Optional.empty(),
                false,
                false,
                true);
        Vertex files =
            Vertex.of(
                new Op.Files(OptionalInt.empty(), List.of(copy), state.platform),
                List.of(local.output(0)),
                state.fresh);
        name(files, state.name("FROM " + text, Optional.of(at)));
        state.root = Optional.of(files.output(0));
      }
    }
  }

  /** An image without layers is an empty file system. */
  private Optional<Edge> image(Bases.Base.Image image, Optional<StageState> stage, Span at) {
    String text = "FROM " + image.name();
    Plan.StepName name =
        stage.isPresent()
            ? stage.get().name(text, Optional.of(at))
            : Plan.StepName.internal(text, "", Optional.of(at));
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

  private static int count(List<Instruction> instructions) {
    return (int)
        instructions.stream()
            .filter(
                i ->
                    i instanceof Instruction.Run
                        || i instanceof Instruction.Copy
                        || i instanceof Instruction.Add
                        || i instanceof Instruction.Workdir)
            .count();
  }

  private static List<Instruction> parsed(List<String> triggers, Span at)
      throws DockerfileException {
    List<Instruction> instructions = new ArrayList<>();
    for (String trigger : triggers) {
      Dockerfile parsed =
          Dockerfile.parse(new Source("ONBUILD", "FROM scratch\n" + trigger + "\n"));
      Optional<Diagnostic> error =
          parsed.diagnostics().stream().filter(Diagnostic::isError).findFirst();
      if (error.isPresent()) {
        throw Scope.error(
            at, "ONBUILD " + trigger + ": " + error.get().message(), error.get().hint());
      }
      if (parsed.stages().size() > 1) {
        throw Scope.error(at, "ONBUILD " + trigger + ": FROM isn't allowed as an ONBUILD trigger");
      }
      instructions.addAll(parsed.stages().getFirst().instructions());
    }
    return instructions;
  }

  @Override
  public Edge context() {
    return folder("context", "[internal] load build context").output(0);
  }

  private Vertex folder(String name, String shown) {
    Vertex local = Vertex.of(new Op.Local(name), List.of(), false);
    name(local, Plan.StepName.internal(shown, "", Optional.empty()));
    return local;
  }

  private Vertex folder(Bases.Base.Folder folder) {
    return folder(folder.name(), "[context " + folder.name() + "] load from client");
  }

  @Override
  public Optional<Edge> from(String name, StageState user, Optional<String> target, Span at)
      throws DockerfileException, IOException, InterruptedException {
    boolean number = target.isEmpty() && name.matches("[0-9]+"); // a mount knows names alone
    OptionalInt index = number ? number(name, at) : byName(name, stages.size());
    if (index.isEmpty()) {
      return outside(name, at);
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
    listener.needing(user.index, index.getAsInt());
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
    if (name.equals(SCRATCH)) {
      return Optional.empty();
    }
    return switch (find(name, request.platform(), at)) {
      case Bases.Base.Image image -> image(image, Optional.empty(), at);
      case Bases.Base.Folder folder -> Optional.of(folder(folder).output(0));
    };
  }

  @Override
  public void name(Vertex vertex, Plan.StepName name) {
    names.putIfAbsent(vertex.id(), name);
  }
}
