package dev.larder.engine.prune;

import dev.larder.engine.digest.Digest;
import dev.larder.engine.snapshot.Layer;
import dev.larder.engine.snapshot.LayerId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Chooses what is to be removed: first blobs that nothing leads to, then layers and the blobs that
 * are theirs alone, then what costs downloads; of each the least recently used first, until the
 * limits are met. A layer goes only together with all that stand on it.
 */
final class PrunePlan {
  private final Survey survey;
  private final PruneRequest request;
  private final Scope scope;
  private final List<Item> items;
  private final Map<String, Victim> victims = new LinkedHashMap<>();
  private long excess;

  private PrunePlan(Survey survey, PruneRequest request, Scope scope, List<Item> items, long free) {
    this.survey = survey;
    this.request = request;
    this.scope = scope;
    this.items = items;
    long total = items.stream().mapToLong(Item::bytes).sum();
    this.excess = total - request.limits().keep(total, free);
  }

  /**
   * Chooses.
   *
   * @param free bytes of the disk
   */
  static List<Victim> of(Survey survey, PruneRequest request, Scope scope, long free)
      throws IOException {
    PrunePlan plan = new PrunePlan(survey, request, scope, survey.items(), free);
    plan.blobs("nothing leads to it");
    plan.layers();
    plan.blobs("nothing leads to it any more");
    for (Item item : plan.items) {
      if (item.kind() != Kind.LAYER && item.kind() != Kind.BLOB) {
        plan.offer(item, item.isFree(), plan.reason());
      }
    }
    return List.copyOf(plan.victims.values());
  }

  private String reason() {
    return request.target() instanceof Target.All ? "" : "belongs to what is cleared";
  }

  private boolean isWanted(Item item) {
    return request.kinds().contains(item.kind())
        && scope.items().test(item)
        && request.filter().test(item);
  }

  private void offer(Item item, boolean free, String why) {
    if (free && excess > 0 && isWanted(item) && !victims.containsKey(item.id())) {
      victims.put(item.id(), new Victim(item, why));
      excess -= item.bytes();
    }
  }

  /** A layer and what the lists say of it. */
  private record Candidate(Layer layer, Item item) {}

  private void layers() {
    Map<String, Item> byId = new HashMap<>();
    items.forEach(item -> byId.put(item.id(), item));
    Map<LayerId, Integer> carried = new HashMap<>();
    List<Candidate> order = new ArrayList<>();
    for (Layer layer : survey.layers()) {
      Item item = byId.get(layer.id().text());
      if (item != null) {
        order.add(new Candidate(layer, item));
      }
      layer.base().layers().forEach(below -> carried.merge(below, 1, Integer::sum));
    }
    // A layer is used whenever one on it is, so what stands on others comes first by time too.
    order.sort(
        Comparator.comparing((Candidate one) -> one.item().used())
            .thenComparingInt(one -> -one.layer().base().layers().size()));
    boolean more = true;
    while (more) {
      more = false;
      for (Candidate one : order) {
        Layer layer = one.layer();
        boolean bare = carried.getOrDefault(layer.id(), 0) == 0;
        if (bare && !victims.containsKey(one.item().id())) {
          offer(one.item(), one.item().isFree(), reason());
          if (victims.containsKey(one.item().id())) {
            layer.base().layers().forEach(below -> carried.merge(below, -1, Integer::sum));
            more = true;
          }
        }
      }
    }
  }

  private void blobs(String why) throws IOException {
    Set<String> gone = victims.keySet();
    List<Layer> stay =
        survey.layers().stream().filter(layer -> !gone.contains(layer.id().text())).toList();
    Map<Digest, String> needed = survey.needs().ofBlobs(stay);
    Set<Item> left = new HashSet<>();
    for (Item item : items) {
      if (item.kind() == Kind.BLOB) {
        boolean free =
            !needed.containsKey(Digest.parse(item.id()))
                && survey.needs().inUse(item.used()).isEmpty();
        if (free) {
          left.add(item);
        }
      }
    }
    items.stream().filter(left::contains).forEach(item -> offer(item, true, why));
  }
}
