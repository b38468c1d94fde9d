package dev.larder.engine.prune;

import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What is removed by itself when the disk runs low, one policy after the other until enough is
 * free: see docs/cache-care.md.
 *
 * @param number as tombstones and messages call it
 * @param kinds what may go
 * @param idle what was used more recently stays
 */
public record Policy(int number, Set<Kind> kinds, Duration idle) {
  /** In the order in which they are tried: what costs downloads goes last. */
  public static final List<Policy> ALL =
      List.of(
          new Policy(1, EnumSet.of(Kind.BLOB), Duration.ZERO),
          new Policy(2, EnumSet.of(Kind.LAYER, Kind.BLOB), Duration.ofDays(1)),
          new Policy(3, EnumSet.of(Kind.PACKAGE, Kind.DOWNLOAD, Kind.MOUNT), Duration.ofDays(30)));

  public Policy {
    kinds = Set.copyOf(kinds);
  }

  /**
   * The request that carries it out.
   *
   * @param minFree bytes of the disk that are to be free
   */
  public PruneRequest request(Instant now, long minFree) {
    Instant since = now.minus(idle);
    return new PruneRequest(
        new Target.All(),
        kinds,
        item -> item.used().isBefore(since),
        new Limits(OptionalLong.empty(), OptionalLong.empty(), OptionalLong.of(minFree)),
        false,
        name());
  }

  /** {@code policy 2}. */
  public String name() {
    return "policy " + number;
  }
}
