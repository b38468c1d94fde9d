package dev.larder.engine.event;

import dev.larder.engine.digest.Digest;
import dev.larder.engine.event.BuildEvent.Source;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Adds up what the events of a build say of bytes. Not for several threads at once. */
public final class Ledger {
  private final Map<Digest, Count> steps = new HashMap<>();
  private final Map<String, Long> held = new HashMap<>();
  private final Set<Digest> uncounted = new HashSet<>();

  /** An empty one. */
  public Ledger() {}

  /** What one step has come to. */
  private static final class Count {
    private final Map<String, Long> moved = new HashMap<>();
    private final Map<String, Long> fetching = new HashMap<>();
    private long network;
    private long registry;
    private long store;
    private long context;
    private long held;
    private long filled;
    private long sent;
    private int downloads;
    private int reused;
    private int checked;
    private int refused;
    private int failed;

    void add(BuildEvent.Moved event) {
      Long before = moved.put(event.what(), event.came());
      long more = Math.max(0, event.came() - (before == null ? 0 : before));
      switch (event.source()) {
        case NETWORK -> network += more;
        case REGISTRY -> registry += more;
        case PACKAGE_STORE -> store += more;
        case CONTEXT -> context += more;
        case CACHE_MOUNT, LAYERS -> {}
      }
      if (before == null && event.source() == Source.NETWORK) {
        downloads++;
      }
    }

    void add(BuildEvent.Fetched event) {
      fetching.remove(event.url());
      network += event.network();
      store += event.store();
      sent += event.sent();
      switch (event.how()) {
        case DOWNLOADED, PASSED -> downloads++;
        case REUSED -> reused++;
        case CHECKED -> checked++;
        case REFUSED -> refused++;
        case FAILED -> failed++;
      }
    }

    Amounts amounts() {
      return new Amounts(
          network, registry, store, context, held, filled, sent, downloads, reused, checked,
          refused, failed);
    }
  }

  /** Takes one more event. */
  public void accept(BuildEvent event) {
    switch (event) {
      case BuildEvent.Moved moved -> of(moved.vertex()).add(moved);
      case BuildEvent.Fetching going -> of(going.vertex()).fetching.put(going.url(), going.done());
      case BuildEvent.Fetched fetched -> of(fetched.vertex()).add(fetched);
      case BuildEvent.Kept kept -> {
        Count count = of(kept.vertex());
        count.held += kept.before();
        held.putIfAbsent(kept.id(), kept.before());
        count.filled += Math.max(0, kept.after() - kept.before());
      }
      case BuildEvent.Uncounted(var _, Digest vertex) -> uncounted.add(vertex);
      case BuildEvent.Planned _,
          BuildEvent.Started _,
          BuildEvent.Because _,
          BuildEvent.Wrote _,
          BuildEvent.Noted _,
          BuildEvent.Warned _,
          BuildEvent.Wasted _,
          BuildEvent.Ended _ -> {}
    }
  }

  private Count of(Digest vertex) {
    return steps.computeIfAbsent(vertex, v -> new Count());
  }

  /** What a step has come to. */
  public Amounts amounts(Digest vertex) {
    Count count = steps.get(vertex);
    return count == null ? Amounts.NONE : count.amounts();
  }

  /** Bytes of a step's transfers that go on. */
  public long underWay(Digest vertex) {
    Count count = steps.get(vertex);
    return count == null ? 0 : count.fetching.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Whether a step had the machine's own network, so that nothing is known of what it fetched. */
  public boolean isUncounted(Digest vertex) {
    return uncounted.contains(vertex);
  }

  /** Whether any step had the machine's own network. */
  public boolean isIncomplete() {
    return !uncounted.isEmpty();
  }

  /** What the build has come to; a cache mount that several steps used is counted once. */
  public Amounts total() {
    Amounts total = Amounts.NONE;
    for (Count count : steps.values()) {
      total = total.and(count.amounts());
    }
    return total.holding(held.values().stream().mapToLong(Long::longValue).sum());
  }
}
