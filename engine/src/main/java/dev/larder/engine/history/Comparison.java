package dev.larder.engine.history;

import dev.larder.engine.event.Reason;
import dev.larder.engine.history.BuildRecord.Step;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * In what two builds differ, whichever of their steps ran.
 *
 * @param request what was asked for otherwise, a line each
 * @param steps the steps of the later one that differ, in their order
 * @param removed those of the earlier one that the later one does not have
 */
public record Comparison(List<String> request, List<Difference> steps, List<Step> removed) {
  /**
   * A step that differs.
   *
   * @param reasons in what, the first cause first
   * @param edited files whose bytes differ
   */
  public record Difference(Step step, List<Reason> reasons, List<Explainer.Edited> edited) {}

  /** Compares two builds. */
  public static Comparison of(BuildRecord now, BuildRecord earlier, Explainer.Facts facts)
      throws IOException {
    Explainer explainer = new Explainer(now.steps(), List.of(earlier), facts);
    Alignment alignment = Alignment.of(now.steps(), earlier.steps());
    List<Difference> differences = new ArrayList<>();
    Set<Step> met = new HashSet<>();
    for (Step step : now.steps()) {
      Optional<Step> before = alignment.earlier(step);
      before.ifPresent(met::add);
      if (step.place().number() == 0) {
        continue;
      }
      if (before.isEmpty()) {
        differences.add(new Difference(step, List.of(new Reason.NewStep()), List.of()));
        continue;
      }
      List<Reason> reasons = reasons(step, before.get(), explainer);
      if (!reasons.isEmpty()) {
        differences.add(new Difference(step, reasons, explainer.edited(step, step.inputKeys())));
      }
    }
    List<Step> removed =
        earlier.steps().stream()
            .filter(step -> step.place().number() > 0 && !met.contains(step))
            .toList();
    return new Comparison(request(now, earlier), differences, removed);
  }

  /** Of a step that nobody had to look at there are no keys: what it says is compared. */
  private static List<Reason> reasons(Step step, Step before, Explainer explainer)
      throws IOException {
    boolean known = step.key().isPresent() && before.key().isPresent();
    Optional<List<Reason>> reasons =
        known ? explainer.differences(step, step.inputKeys()) : Optional.empty();
    if (reasons.isPresent()) {
      return reasons.get();
    }
    if (step.parts().kind().startsWith("image/")) {
      return image(step.place(), before.place());
    }
    return PartChanges.of(step.parts(), before.parts(), step.place().args());
  }

  private static List<Reason> image(BuildRecord.Place now, BuildRecord.Place before) {
    if (!now.image().equals(before.image())) {
      return List.of(new Reason.BaseChanged(before.image(), now.image()));
    }
    return now.imageDigest().equals(before.imageDigest())
        ? List.of()
        : List.of(new Reason.BaseMoved(now.image(), before.imageDigest(), now.imageDigest()));
  }

  private static List<String> request(BuildRecord now, BuildRecord earlier) {
    List<String> lines = new ArrayList<>();
    Set<String> names = new TreeSet<>(now.request().keySet());
    names.addAll(earlier.request().keySet());
    for (String name : names) {
      String was = earlier.request().getOrDefault(name, "");
      String is = now.request().getOrDefault(name, "");
      if (!was.equals(is) && !name.startsWith("name.")) {
        boolean secret = name.startsWith("arg.") || name.equals("dockerfileDigest");
        String called =
            name.equals("dockerfileDigest")
                ? "text of the Dockerfile"
                : name.replaceFirst("^arg\\.", "build arg ")
                    .replaceFirst("^context\\.", "context ");
        lines.add(
            secret
                ? called + (was.isEmpty() ? " is new" : is.isEmpty() ? " is gone" : " changed")
                : called + ": " + shown(was) + " → " + shown(is));
      }
    }
    for (String name : now.versions().keySet()) {
      String was = earlier.versions().getOrDefault(name, "");
      if (!was.isEmpty() && !was.equals(now.versions().get(name))) {
        lines.add("built by another " + name + ": " + was + " → " + now.versions().get(name));
      }
    }
    return lines;
  }

  private static String shown(String value) {
    return value.isEmpty() ? "none" : value;
  }
}
