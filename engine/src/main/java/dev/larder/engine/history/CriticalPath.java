package dev.larder.engine.history;

import dev.larder.engine.digest.Digest;
import dev.larder.engine.history.BuildRecord.Step;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The chain of steps that a build could not end before: the one that ended last, the one of those
 * it stands on that ended last, and so on.
 */
public final class CriticalPath {
  private CriticalPath() {}

  /** Its steps in the order in which they ran; those that took no time are left out. */
  public static List<Step> of(BuildRecord record) {
    Map<Digest, Step> byVertex = new HashMap<>();
    record.steps().forEach(step -> byVertex.put(step.vertex(), step));
    List<Step> path = new ArrayList<>();
    Set<Digest> seen = new HashSet<>();
    Optional<Step> at = record.steps().stream().max(Comparator.comparing(CriticalPath::ended));
    while (at.isPresent() && seen.add(at.get().vertex())) {
      if (at.get().took().isPositive()) {
        path.add(at.get());
      }
      at =
          at.get().inputs().stream()
              .flatMap(input -> Optional.ofNullable(byVertex.get(input)).stream())
              .max(Comparator.comparing(CriticalPath::ended));
    }
    Collections.reverse(path);
    return path;
  }

  private static Duration ended(Step step) {
    return step.queued().plus(step.took());
  }
}
