package dev.larder.engine.event;

import java.util.LinkedHashMap;
import java.util.SequencedMap;

/**
 * Bytes of a step or of a whole build, by where they came from. Bytes of bodies: heads of HTTP are
 * not counted, except in what was passed through unseen.
 *
 * @param network from the network: RUN, ADD, git
 * @param registry from registries
 * @param store from the package store
 * @param context from the build context
 * @param held what cache mounts held before the step
 * @param filled what was added to cache mounts
 * @param sent to the network
 * @param downloads transfers that brought bytes from the network
 * @param reused transfers that were answered by the package store alone
 * @param checked transfers that a server had nothing newer for
 * @param refused transfers that were not allowed
 * @param failed transfers without a whole answer
 */
public record Amounts(
    long network,
    long registry,
    long store,
    long context,
    long held,
    long filled,
    long sent,
    int downloads,
    int reused,
    int checked,
    int refused,
    int failed) {
  public static final Amounts NONE = new Amounts(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

  /** Both together. */
  public Amounts and(Amounts other) {
    return new Amounts(
        network + other.network,
        registry + other.registry,
        store + other.store,
        context + other.context,
        held + other.held,
        filled + other.filled,
        sent + other.sent,
        downloads + other.downloads,
        reused + other.reused,
        checked + other.checked,
        refused + other.refused,
        failed + other.failed);
  }

  /** Each amount by the name that records, JSON lines and metadata give it. */
  public SequencedMap<String, Long> named() {
    SequencedMap<String, Long> named = new LinkedHashMap<>();
    named.put("network", network);
    named.put("registry", registry);
    named.put("packageStore", store);
    named.put("context", context);
    named.put("mountsHeld", held);
    named.put("mountsFilled", filled);
    named.put("sent", sent);
    named.put("downloads", (long) downloads);
    named.put("reused", (long) reused);
    named.put("checked", (long) checked);
    named.put("refused", (long) refused);
    named.put("failed", (long) failed);
    return named;
  }

  Amounts holding(long bytes) {
    return new Amounts(
        network, registry, store, context, bytes, filled, sent, downloads, reused, checked, refused,
        failed);
  }

  /** Bytes from anywhere outside of this machine. */
  public long downloaded() {
    return network + registry;
  }
}
