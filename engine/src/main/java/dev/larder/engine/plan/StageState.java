package dev.larder.engine.plan;

import dev.larder.engine.dockerfile.Span;
import dev.larder.engine.graph.Edge;
import dev.larder.engine.oci.HistoryEntry;
import dev.larder.engine.oci.ImageConfig;
import dev.larder.engine.oci.Platform;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a stage has come to while its instructions are gone through. */
final class StageState {
  private static final String COMMENT = "buildkit.dockerfile.v0";

  final int index;

  /** The name it is shown by: its own, {@code stage-2}, or none where there is only one. */
  final String label;

  final Platform platform;
  final boolean fresh;

  /** Nothing is an empty file system. */
  Optional<Edge> root = Optional.empty();

  ImageConfig config;

  /** What RUN sees and words are expanded with: ENV and ARG. */
  final SequencedMap<String, String> environment = new LinkedHashMap<>();

  /** The ARGs until now; null has no value. */
  final SequencedMap<String, @Nullable String> args = new LinkedHashMap<>();

  /** What a stage on top of this one runs first. */
  final List<String> triggers = new ArrayList<>();

  /** The stage below, if it stands on one. */
  OptionalInt below = OptionalInt.empty();

  boolean cmdSet;

  /** Whether a mistake left open what it has come to, so that no further one is looked for. */
  boolean doubtful;

  /** While instructions of the base run first: where this file names the base. */
  Optional<Span> trigger = Optional.empty();

  int step;
  int steps;

  StageState(int index, String label, Platform platform, boolean fresh) {
    this.index = index;
    this.label = label;
    this.platform = platform;
    this.fresh = fresh;
    this.config = ImageConfig.scratch(platform);
  }

  /** Starts where an earlier stage ended: its files, config, variables and arguments. */
  void startFrom(StageState base) {
    below = OptionalInt.of(base.index);
    root = base.root;
    config = base.config;
    environment.putAll(base.environment);
    args.putAll(base.args);
  }

  /** Reads the environment of the config, which always has a search path. */
  void startEnvironment() {
    if (!config.envByName().containsKey("PATH")) {
      config = config.withEnv("PATH", ImageConfig.DEFAULT_PATH);
    }
    environment.putAll(config.envByName());
    if (!config.workingDir().isEmpty()) {
      config = config.withWorkingDir(PathText.clean(config.workingDir()));
    }
  }

  void record(String createdBy, boolean layer) {
    config = config.plusHistory(new HistoryEntry(null, createdBy, "", COMMENT, !layer));
  }

  String folder() {
    return config.workingDir().isEmpty() ? "/" : PathText.clean(config.workingDir());
  }

  /** The arguments that a step sees: those that no variable of the same name hides. */
  private List<String> argNames() {
    Set<String> hidden = config.envByName().keySet();
    return args.keySet().stream().filter(name -> !hidden.contains(name)).toList();
  }

  /** Takes the next number and puts it before a name: {@code [build 2/7] RUN make}. */
  Plan.StepName name(String text, Optional<Span> written) {
    Optional<Span> span = trigger.or(() -> written);
    if (steps == 0) {
      return new Plan.StepName(text, label, 0, text, argNames(), span, true);
    }
    step++;
    int width = Integer.toString(steps).length();
    String number = String.format("%" + width + "d/%d", step, steps);
    return new Plan.StepName(
        "["
            + (label.isEmpty() ? "" : label + " ")
            + number
            + "] "
            + (trigger.isPresent() ? "ONBUILD " : "")
            + text,
        label,
        step,
        text,
        argNames(),
        span,
        true);
  }
}
