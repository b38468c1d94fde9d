package dev.larder.engine.prune;

import java.util.OptionalLong;

/**
 * How far pruning goes, as buildx has it. Without limits everything goes that may.
 *
 * @param maxUsed bytes that the cache may have
 * @param reserved bytes that the cache keeps in any case
 * @param minFree bytes that are to be free on the disk
 */
public record Limits(OptionalLong maxUsed, OptionalLong reserved, OptionalLong minFree) {
  public static final Limits NONE =
      new Limits(OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty());

  /**
   * The size at which pruning stops.
   *
   * @param total what there is
   * @param free on the disk
   */
  long keep(long total, long free) {
    if (equals(NONE)) {
      return 0;
    }
    boolean capped = maxUsed.isPresent() || minFree.isPresent();
    long keep = capped ? Math.min(total, maxUsed.orElse(total)) : 0;
    long missing = minFree.orElse(0) - free;
    if (missing > 0) {
      keep = Math.min(keep, total - missing);
    }
    return Math.max(keep, reserved.orElse(0));
  }
}
