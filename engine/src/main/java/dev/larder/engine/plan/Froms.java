package dev.larder.engine.plan;

import dev.larder.engine.dockerfile.DockerfileException;
import dev.larder.engine.dockerfile.Expander;
import dev.larder.engine.dockerfile.Expansion;
import dev.larder.engine.dockerfile.Instruction;
import dev.larder.engine.dockerfile.MountFlag;
import dev.larder.engine.dockerfile.Span;
import dev.larder.engine.dockerfile.Stage;
import dev.larder.engine.dockerfile.Suggestion;
import dev.larder.engine.dockerfile.Word;
import dev.larder.engine.oci.ImageName;
import dev.larder.engine.oci.Platform;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Stream;

/** The stages of a Dockerfile by name, and what the FROM of each says. */
final class Froms {
  static final String SCRATCH = "scratch";

  /**
   * A FROM with the values of global arguments.
   *
   * @param base as written: a stage, an image, {@code scratch}
   * @param platform what {@code --platform} says
   * @param used names of the arguments in it
   */
  record From(String base, Optional<Platform> platform, Set<String> used) {}

  /**
   * What makes a stage need another one.
   *
   * @param at the word that says so
   */
  record Need(int stage, int other, Span at) {}

  private final List<Stage> stages;
  private final List<Optional<From>> froms = new ArrayList<>();

  private Froms(List<Stage> stages) {
    this.stages = stages;
  }

  /** Reads all of them, also those of stages that are not needed. */
  static Froms read(PlanRequest request, SequencedMap<String, String> globals, Problems problems) {
    Froms froms = new Froms(request.dockerfile().stages());
    Expander expander = request.dockerfile().expander();
    for (Stage stage : froms.stages) {
      Set<String> used = new LinkedHashSet<>();
      Scope scope = new Scope(expander, globals, (_, expansion) -> used.addAll(expansion.used()));
      try {
        String base = base(stage.from(), scope, request.dockerfile().globalArgs());
        Optional<Platform> platform = platform(stage.from(), scope, request.buildPlatform());
        froms.froms.add(Optional.of(new From(base, platform, used)));
      } catch (DockerfileException e) {
        problems.add(Problems.Phase.FROM, e);
        froms.froms.add(Optional.empty());
        continue;
      }
      try {
        froms.requireName(stage);
      } catch (DockerfileException e) {
        problems.add(Problems.Phase.BASE, e);
        froms.froms.set(stage.index(), Optional.empty());
      }
    }
    return froms;
  }

  private static String base(Instruction.From from, Scope scope, List<Instruction.Arg> globals)
      throws DockerfileException {
    Expansion base = scope.expand(from.image());
    if (base.text().isEmpty()) {
      throw Scope.error(
          from.image().span(),
          "base name (" + from.image().text() + ") should not be blank",
          hint(base, globals));
    }
    return base.text();
  }

  /** How the variable that left a base blank gets a value. */
  private static String hint(Expansion blank, List<Instruction.Arg> globals) {
    List<String> declared =
        globals.stream()
            .flatMap(arg -> arg.definitions().stream())
            .map(definition -> definition.name().text())
            .toList();
    Optional<String> name =
        Stream.concat(blank.undefined().stream(), blank.used().stream()).sorted().findFirst();
    if (name.isEmpty()) {
      return "";
    }
    if (declared.contains(name.get())) {
      return "--build-arg " + name.get() + "=… gives it a value";
    }
    String meant = Suggestion.hint("$", name.get(), declared);
    return meant.isEmpty() ? "ARG " + name.get() + " before the first FROM declares it" : meant;
  }

  private static Optional<Platform> platform(
      Instruction.From from, Scope scope, Platform buildPlatform) throws DockerfileException {
    Word word = from.platform();
    if (word == null) {
      return Optional.empty();
    }
    String text = scope.value(word);
    if (text.isEmpty()) {
      throw Scope.error(word.span(), "empty platform value from expression " + word.text());
    }
    try {
      return Optional.of(Platform.parse(text, buildPlatform));
    } catch (IllegalArgumentException e) {
      throw Scope.error(
          word.span(), "failed to parse platform " + word.text() + ": " + e.getMessage());
    }
  }

  /** What is no stage and not nothing has to be the name of an image. */
  private void requireName(Stage stage) throws DockerfileException {
    String base = froms.get(stage.index()).map(From::base).orElse(SCRATCH);
    if (base.equals(SCRATCH) || named(base, stage.index()).isPresent()) {
      return;
    }
    try {
      ImageName.parse(base);
    } catch (IllegalArgumentException e) {
      throw Scope.error(
          stage.from().image().span(),
          "failed to parse stage name \"" + base + "\": invalid reference format",
          String.valueOf(e.getMessage()));
    }
  }

  /** What a stage's FROM says; nothing if it can't be read, which is among the problems. */
  Optional<From> of(int stage) {
    return froms.get(stage);
  }

  /** The last stage of this name before an index. */
  OptionalInt named(String name, int before) {
    String wanted = name.toLowerCase(Locale.ROOT);
    for (int i = before - 1; i >= 0; i--) {
      if (stages.get(i).name().filter(wanted::equals).isPresent()) {
        return OptionalInt.of(i);
      }
    }
    return OptionalInt.empty();
  }

  /** What {@code COPY --from} names, if it is a stage, by name or by number. */
  OptionalInt copied(String from) {
    return from.matches("[0-9]{1,9}") && Integer.parseInt(from) < stages.size()
        ? OptionalInt.of(Integer.parseInt(from))
        : named(from, stages.size());
  }

  /** What the instructions of a stage copy from or mount, as far as that is a stage. */
  List<Need> needs(Stage stage) {
    List<Need> needs = new ArrayList<>();
    for (Instruction instruction : stage.instructions()) {
      if (instruction instanceof Instruction.Copy copy && copy.from() != null) {
        Word from = copy.from();
        copied(from.text())
            .ifPresent(other -> needs.add(new Need(stage.index(), other, from.span())));
      }
      if (instruction instanceof Instruction.Run run) {
        for (MountFlag mount : run.mounts()) {
          Word from = mount.value("from");
          OptionalInt other =
              from == null ? OptionalInt.empty() : named(from.text(), stages.size());
          other.ifPresent(index -> needs.add(new Need(stage.index(), index, mount.flag().span())));
        }
      }
    }
    return needs;
  }

  /** A stage with nearly that name is the likeliest thing that was meant. */
  String hint(String kind, String word, String otherwise) {
    String hint = Suggestion.hint(kind, word, names());
    return hint.isEmpty() ? otherwise : hint;
  }

  private List<String> names() {
    return stages.stream().flatMap(stage -> stage.name().stream()).toList();
  }

  /** The stage that a build asks for. */
  int target(Optional<String> wanted) throws DockerfileException {
    // an empty one is none, as scripts give it
    if (wanted.isEmpty() || wanted.get().isEmpty()) {
      return stages.size() - 1;
    }
    OptionalInt index = named(wanted.get(), stages.size());
    if (index.isEmpty()) {
      List<String> known = names();
      throw Scope.error(
          Scope.NOWHERE,
          "target stage \"" + wanted.get() + "\" could not be found",
          hint(
              "",
              wanted.get(),
              known.isEmpty() ? "no stage has a name" : "stages: " + String.join(", ", known)));
    }
    return index.getAsInt();
  }
}
