package dev.larder.engine.waste;

import dev.larder.engine.event.Waste;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** An empty cache mount, while the tool that a step calls keeps its downloads somewhere else. */
final class MisplacedMount {
  private MisplacedMount() {}

  static List<Waste> in(RanStep step) {
    List<Waste> found = new ArrayList<>();
    for (Tool tool : Tool.calledBy(step)) {
      Optional<Tool.Place> known = tool.place(step);
      if (known.isEmpty() && !step.isRoot()) {
        step.mounts().stream()
            .filter(mount -> mount.isEmpty() && tool.isUsualOfRoot(mount.target()))
            .forEach(mount -> found.add(ofRoot(step, tool, mount)));
      }
      if (known.isEmpty() || isKept(step, tool, known.get())) {
        continue;
      }
      Tool.Place place = known.get();
      step.mounts().stream()
          .filter(mount -> mount.isEmpty() && isMeantFor(tool, mount, step))
          .findFirst()
          .ifPresent(mount -> found.add(waste(step, tool, place, mount)));
    }
    return found;
  }

  static boolean isKept(RanStep step, Tool tool, Tool.Place place) {
    return step.mounts().stream().anyMatch(mount -> tool.isKeptIn(mount, place));
  }

  /** Not one that looks like another tool's, nor one that another tool uses in this step. */
  private static boolean isMeantFor(Tool tool, RanStep.CacheUse mount, RanStep step) {
    return Tool.named(mount.target()).filter(other -> other != tool).isEmpty()
        && Tool.calledBy(step).stream()
            .noneMatch(
                other -> other.place(step).filter(p -> other.isKeptIn(mount, p)).isPresent());
  }

  /** Where the user's home folder is unknown, it is still not root's. */
  private static Waste ofRoot(RanStep step, Tool tool, RanStep.CacheUse mount) {
    return step.waste(
        Waste.Kind.MISPLACED_MOUNT,
        step.downloaded(),
        "cache mount "
            + mount.target()
            + " is empty after it: "
            + tool.word()
            + " runs as user "
            + step.userName(),
        "mount it in the home folder of that user, with its uid= and gid=");
  }

  private static Waste waste(RanStep step, Tool tool, Tool.Place place, RanStep.CacheUse mount) {
    String why = place.reason().isEmpty() ? "" : ", since " + place.reason();
    return step.waste(
        Waste.Kind.MISPLACED_MOUNT,
        step.downloaded(),
        "cache mount "
            + mount.target()
            + " is empty after it: "
            + tool.word()
            + " keeps what it downloads in "
            + place.folder()
            + why,
        "mount it there: target=" + place.folder());
  }
}
