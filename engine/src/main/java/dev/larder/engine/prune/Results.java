package dev.larder.engine.prune;

import dev.larder.engine.digest.Digest;
import dev.larder.engine.snapshot.LayerId;
import dev.larder.engine.snapshot.Snapshot;
import dev.larder.engine.snapshot.SnapshotJson;
import dev.larder.engine.solve.FileResultCache;
import dev.larder.engine.solve.ResultCache;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The results of steps, by the layers that they are made of. */
final class Results {
  private final Map<Digest, Set<LayerId>> layers = new HashMap<>();
  private final Map<LayerId, List<Digest>> byTop = new HashMap<>();

  private Results() {}

  static Results read(FileResultCache cache) throws IOException {
    Results all = new Results();
    for (Digest key : cache.keys()) {
      Set<LayerId> used = all.layers.computeIfAbsent(key, one -> new HashSet<>());
      for (ResultCache.Stored stored : cache.results(key)) {
        for (Snapshot output : outputs(stored)) {
          used.addAll(output.layers());
          if (!output.layers().isEmpty()) {
            LayerId top = output.layers().getLast();
            all.byTop.computeIfAbsent(top, one -> new ArrayList<>()).add(key);
          }
        }
      }
    }
    return all;
  }

  private static List<Snapshot> outputs(ResultCache.Stored stored) {
    return SnapshotJson.readAll(stored.outputs().get("layers"));
  }

  /** Whether a result has one of these layers. */
  static boolean has(ResultCache.Stored stored, Set<LayerId> some) {
    return outputs(stored).stream()
        .anyMatch(output -> output.layers().stream().anyMatch(some::contains));
  }

  /** The keys of all results. */
  Set<Digest> keys() {
    return layers.keySet();
  }

  /** The keys of steps that made this layer. */
  List<Digest> keysOf(LayerId layer) {
    return byTop.getOrDefault(layer, List.of());
  }

  /** The keys of results that have one of these layers. */
  List<Digest> keysOf(Set<LayerId> some) {
    List<Digest> keys = new ArrayList<>();
    layers.forEach(
        (key, used) -> {
          if (used.stream().anyMatch(some::contains)) {
            keys.add(key);
          }
        });
    return keys;
  }

  /** The layers of the results of a key. */
  Set<LayerId> layersOf(Digest key) {
    return layers.getOrDefault(key, Set.of());
  }
}
