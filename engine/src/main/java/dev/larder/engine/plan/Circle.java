package dev.larder.engine.plan;

import dev.larder.engine.dockerfile.Span;
import dev.larder.engine.dockerfile.Stage;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Looks for stages that copy from each other, or mount each other, so that none can be first. */
final class Circle {
  private final List<Stage> stages;
  private final Froms froms;
  private final Set<Integer> seen = new HashSet<>();
  private final Set<Integer> open = new HashSet<>();
  private final List<Froms.Need> path = new ArrayList<>();

  private Circle(List<Stage> stages, Froms froms) {
    this.stages = stages;
    this.froms = froms;
  }

  /**
   * Looks through all stages, also those that are not needed, and tells of a circle as BuildKit
   * does.
   *
   * @return the places that make it one; none if there is none
   */
  static Set<Span> search(List<Stage> stages, Froms froms, Problems problems) {
    Circle circle = new Circle(stages, froms);
    for (Stage stage : stages) {
      if (circle.closes(stage.index())) {
        String message = "circular dependency detected on stage: " + circle.name(stage.index());
        List<Froms.Need> needs = circle.needs();
        problems.add(
            Problems.Phase.ORDER, Scope.error(needs.getFirst().at(), message, circle.hint(needs)));
        Set<Span> places = new LinkedHashSet<>();
        needs.forEach(need -> places.add(need.at()));
        return places;
      }
    }
    return Set.of();
  }

  /** Who needs whom; of one that needs itself nothing is left to say. */
  private String hint(List<Froms.Need> needs) {
    return needs.size() == 1
        ? ""
        : String.join(
            ", ",
            needs.stream()
                .map(need -> name(need.stage()) + " needs " + name(need.other()))
                .toList());
  }

  private String name(int stage) {
    return stages.get(stage).name().orElse("stage-" + stage);
  }

  /** Follows what a stage needs until that leads back to where it came by. */
  private boolean closes(int stage) {
    if (!seen.add(stage)) {
      return false;
    }
    open.add(stage);
    for (Froms.Need need : froms.needs(stages.get(stage))) {
      path.add(need);
      if (open.contains(need.other()) || closes(need.other())) {
        return true;
      }
      path.removeLast();
    }
    open.remove(stage);
    return false;
  }

  /** The circle alone, without the way to it. */
  private List<Froms.Need> needs() {
    int back = path.getLast().other();
    int first = 0;
    while (path.get(first).stage() != back) {
      first++;
    }
    return path.subList(first, path.size());
  }
}
