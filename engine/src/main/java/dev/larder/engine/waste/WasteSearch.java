package dev.larder.engine.waste;

import dev.larder.engine.event.Waste;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Looks through the steps of a build for what they download in vain. */
public final class WasteSearch {
  /** Less is what tools ask of their servers even when they have all they need. */
  private static final long SOME = 100_000;

  private WasteSearch() {}

  /**
   * What is found, the most bytes first.
   *
   * @param steps those that ran, in the order of the build
   */
  public static List<Waste> of(List<RanStep> steps) {
    List<Waste> found = new ArrayList<>();
    for (RanStep step : steps) {
      if (step.downloaded() >= SOME) {
        List<Waste> mounts = new ArrayList<>(MisplacedMount.in(step));
        mounts.addAll(EmptyMount.in(step));
        found.addAll(mounts.isEmpty() ? UnkeptDownloads.in(step) : mounts);
      }
    }
    found.addAll(FetchedTwice.in(steps));
    found.sort(Comparator.comparingLong(Waste::bytes).reversed());
    return found;
  }
}
