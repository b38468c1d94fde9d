package dev.larder.engine.prune;

import java.util.Set;
import java.util.function.Predicate;

/**
 * What someone wants removed.
 *
 * @param target what it is about
 * @param kinds which kinds of things may go
 * @param filter which of them
 * @param limits how far to go, the least recently used first
 * @param forget whether steps are to run again also where their layers stay, since an image or a
 *     service needs them
 * @param by for tombstones: {@code larder cache prune}, {@code policy 2}
 */
public record PruneRequest(
    Target target,
    Set<Kind> kinds,
    Predicate<Item> filter,
    Limits limits,
    boolean forget,
    String by) {
  public PruneRequest {
    kinds = Set.copyOf(kinds);
  }
}
