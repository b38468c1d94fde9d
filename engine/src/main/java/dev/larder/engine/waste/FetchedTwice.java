package dev.larder.engine.waste;

import dev.larder.engine.event.Waste;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Steps that download what another step of the same build has downloaded. */
final class FetchedTwice {
  /** Less is not worth a word. */
  private static final long MUCH = 100_000;

  private FetchedTwice() {}

  static List<Waste> in(List<RanStep> steps) {
    Map<String, RanStep> first = new HashMap<>();
    List<Waste> found = new ArrayList<>();
    for (RanStep step : steps) {
      Set<String> again = new HashSet<>();
      RanStep before = step;
      String example = "";
      long bytes = 0;
      for (RanStep.Download download : step.downloads()) {
        // Of what was passed through unseen only the server is known.
        if (!download.url().contains("://") || download.bytes() == 0) {
          continue;
        }
        RanStep other = first.putIfAbsent(download.url(), step);
        if (other != null && !other.vertex().equals(step.vertex()) && again.add(download.url())) {
          before = other;
          example = example.isEmpty() ? download.url() : example;
          bytes += download.bytes();
        }
      }
      if (bytes >= MUCH) {
        String more = again.size() > 1 ? " and " + (again.size() - 1) + " more" : "";
        found.add(
            step.waste(
                Waste.Kind.FETCHED_TWICE,
                bytes,
                "it downloads " + example + more + " again, as does " + before.name(),
                "download it in one step that both stand on, or give both the same cache mount"));
      }
    }
    return found;
  }
}
