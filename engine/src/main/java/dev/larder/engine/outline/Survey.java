package dev.larder.engine.outline;

import dev.larder.engine.dockerfile.Dockerfile;
import dev.larder.engine.dockerfile.Instruction;
import dev.larder.engine.dockerfile.Stage;
import dev.larder.engine.graph.ExecMount;
import dev.larder.engine.outline.Outline.Arg;
import dev.larder.engine.outline.Outline.Need;
import dev.larder.engine.plan.Place;
import dev.larder.engine.plan.PlanListener;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Notes what stages make use of while a target is planned. Which of several definitions of a name
 * is told follows BuildKit's frontend/dockerfile/dockerfile2llb/outline.go: that of the target
 * comes before those of its base, and these before those of stages that it copies from or mounts.
 */
final class Survey implements PlanListener {
  private final Dockerfile file;
  private final Map<String, Arg> globals = new LinkedHashMap<>();

  /** The global arguments that the default of a global argument names. */
  private final Map<String, Set<String>> behind = new LinkedHashMap<>();

  private final Map<Integer, Noted> stages = new LinkedHashMap<>();

  Survey(Dockerfile file) {
    this.file = file;
  }

  /** What one stage makes use of. */
  private static final class Noted {
    OptionalInt below = OptionalInt.empty();
    final Set<String> inFrom = new LinkedHashSet<>();
    final Set<String> declared = new LinkedHashSet<>();
    final Map<String, Arg> args = new LinkedHashMap<>();
    final Map<String, Need> secrets = new LinkedHashMap<>();
    final Map<String, Need> agents = new LinkedHashMap<>();
    final Set<Integer> needed = new LinkedHashSet<>();
  }

  private Noted noted(int stage) {
    return stages.computeIfAbsent(stage, any -> new Noted());
  }

  @Override
  public void global(
      Instruction.Arg arg,
      Instruction.Definition definition,
      @Nullable String value,
      Set<String> used) {
    String name = definition.name().text();
    Set<String> all = new LinkedHashSet<>(used);
    if (all.remove(name)) {
      all.addAll(behind.getOrDefault(name, Set.of()));
    }
    behind.put(name, all);
    String description = Descriptions.of(arg, name);
    globals.put(name, arg(name, value, description, Lines.of(file.source(), arg)));
  }

  private static Arg arg(String name, @Nullable String value, String description, Lines lines) {
    return new Arg(name, value == null ? "" : value, description, lines);
  }

  @Override
  public void starting(int stage, OptionalInt below, Set<String> used) {
    Noted noted = noted(stage);
    noted.below = below;
    noted.inFrom.addAll(used);
    below.ifPresent(base -> noted.inFrom.addAll(noted(base).inFrom));
  }

  @Override
  public void needing(int stage, int other) {
    noted(stage).needed.add(other);
  }

  @Override
  public void declared(Place place, String name, @Nullable String value, boolean inherited) {
    Noted noted = noted(place.stage());
    noted.declared.add(name);
    if (!inherited) {
      String description = place.trigger() ? "" : Descriptions.of(place.instruction(), name);
      noted.args.put(name, arg(name, value, description, lines(place)));
    }
  }

  @Override
  public void mounted(Place place, ExecMount mount) {
    Noted noted = noted(place.stage());
    if (mount instanceof ExecMount.Secret secret) {
      noted.secrets.putIfAbsent(
          secret.id(), new Need(secret.id(), secret.required(), lines(place)));
    } else if (mount instanceof ExecMount.Ssh ssh) {
      noted.agents.putIfAbsent(ssh.id(), new Need(ssh.id(), ssh.required(), lines(place)));
    }
  }

  /** What a base wants run stands nowhere in this file: its FROM is shown. */
  private Lines lines(Place place) {
    Instruction shown =
        place.trigger() ? file.stages().get(place.stage()).from() : place.instruction();
    return Lines.of(file.source(), shown);
  }

  /** Of a target that has been planned. */
  Outline outline(int target) {
    Stage stage = file.stages().get(target);
    String name = stage.name().orElse("");
    return new Outline(
        file.source(),
        name,
        Descriptions.of(stage.from(), name),
        found(target, this::args, Arg::name, Arg::lines),
        found(target, noted -> noted.secrets.values(), Need::name, Need::lines),
        found(target, noted -> noted.agents.values(), Need::name, Need::lines));
  }

  /** The definitions that a stage's own use of names leads to. */
  private Collection<Arg> args(Noted noted) {
    Map<String, Arg> known = new LinkedHashMap<>(globals);
    known.putAll(noted.args);
    Set<String> used = new LinkedHashSet<>();
    noted.inFrom.forEach(name -> use(name, noted, used));
    noted.declared.forEach(name -> use(name, noted, used));
    List<Arg> args = new ArrayList<>();
    for (String name : used) {
      Arg arg = known.get(name);
      if (arg != null) {
        args.add(arg);
      }
    }
    return args;
  }

  private void use(String name, Noted noted, Set<String> used) {
    if (used.add(name) && !noted.args.containsKey(name)) {
      behind.getOrDefault(name, Set.of()).forEach(other -> use(other, noted, used));
    }
  }

  private <T> List<T> found(
      int target,
      Function<Noted, Collection<T>> own,
      Function<T, String> name,
      Function<T, Lines> lines) {
    List<T> found = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    visit(
        target,
        new HashSet<>(),
        noted ->
            own.apply(noted).stream().filter(one -> seen.add(name.apply(one))).forEach(found::add));
    found.sort(Comparator.comparingInt((T one) -> lines.apply(one).first()).thenComparing(name));
    return found;
  }

  private void visit(int stage, Set<Integer> visited, Consumer<Noted> visitor) {
    if (visited.add(stage)) {
      Noted noted = noted(stage);
      visitor.accept(noted);
      noted.below.ifPresent(base -> visit(base, visited, visitor));
      noted.needed.forEach(other -> visit(other, visited, visitor));
    }
  }
}
