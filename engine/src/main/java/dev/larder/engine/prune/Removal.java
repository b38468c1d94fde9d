package dev.larder.engine.prune;

import java.util.List;

/**
 * What was removed.
 *
 * @param removed without what was used meanwhile
 * @param forgotten how many steps' results
 * @param leftovers bytes that killed processes had left
 */
public record Removal(List<Item> removed, int forgotten, long leftovers) {
  public Removal {
    removed = List.copyOf(removed);
  }

  /** All bytes that are free now. */
  public long bytes() {
    return leftovers + removed.stream().mapToLong(Item::bytes).sum();
  }
}
