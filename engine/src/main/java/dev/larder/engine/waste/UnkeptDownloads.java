package dev.larder.engine.waste;

import dev.larder.engine.event.Waste;
import java.util.List;
import java.util.Optional;

/** Much was downloaded that no cache mount keeps. */
final class UnkeptDownloads {
  /** Less is not worth a mount. */
  private static final long MUCH = 1_000_000;

  private UnkeptDownloads() {}

  static List<Waste> in(RanStep step) {
    long grown = step.mounts().stream().mapToLong(RanStep.CacheUse::grown).sum();
    long unkept = step.downloaded() - grown;
    if (unkept < MUCH) {
      return List.of();
    }
    List<Tool> called = Tool.calledBy(step);
    for (Tool tool : called) {
      Optional<Tool.Place> place = tool.place(step);
      if (place.isPresent() && !MisplacedMount.isKept(step, tool, place.get())) {
        String text = "no cache mount keeps what " + tool.word() + " downloads";
        return List.of(waste(step, unkept, text, tool.mount(place.get())));
      }
    }
    return called.isEmpty() && step.mounts().isEmpty()
        ? List.of(
            waste(
                step,
                unkept,
                "no cache mount keeps what it downloads",
                "download into a folder of RUN --mount=type=cache, or by ADD"))
        : List.of();
  }

  private static Waste waste(RanStep step, long bytes, String text, String hint) {
    return step.waste(Waste.Kind.UNKEPT_DOWNLOADS, bytes, text, hint);
  }
}
