package dev.larder.engine.prune;

import dev.larder.engine.digest.Digest;
import dev.larder.engine.event.Reason;
import dev.larder.engine.linux.Trees;
import dev.larder.engine.mount.CacheMounts;
import dev.larder.engine.oci.ImageName;
import dev.larder.engine.packages.KeptPackage;
import dev.larder.engine.snapshot.Layer;
import dev.larder.engine.snapshot.LayerId;
import dev.larder.engine.source.HttpSource;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Removes what is not needed. What leads to the data goes first, then the data, so that whatever
 * crashes in between is a miss and nothing worse: see docs/cache-care.md.
 */
public final class Pruner {
  private final Stores stores;
  private final Clock clock;
  private final Survey survey;
  private final PruneRequest request;
  private final Scope scope;
  private final List<Victim> victims;
  private final Instant unused;

  private Pruner(Stores stores, Clock clock, Survey survey, PruneRequest request)
      throws IOException {
    this.stores = stores;
    this.clock = clock;
    this.survey = survey;
    this.request = request;
    this.scope = Scope.of(request.target(), survey, stores);
    long free = Files.getFileStore(stores.home()).getUsableSpace();
    this.victims = PrunePlan.of(survey, request, scope, free);
    this.unused = survey.needs().running();
  }

  /**
   * Chooses what is to be removed; nothing is yet.
   *
   * @param now what is used from now on is in use
   * @throws NothingToClearException if the request's target does not exist
   */
  public static Pruner of(Stores stores, Clock clock, Instant now, PruneRequest request)
      throws IOException {
    Survey survey =
        request.target() instanceof Target.Image(ImageName name)
            ? Survey.without(name, stores, now)
            : Survey.of(stores, now);
    return new Pruner(stores, clock, survey, request);
  }

  /** What is to be removed. */
  public List<Victim> victims() {
    return victims;
  }

  /** How many steps will run again that were not to run again for want of their layers. */
  public int forgotten() {
    return request.forget() ? scope.keys().size() : 0;
  }

  /** Removes it, but for what was used meanwhile. */
  public Removal run() throws IOException, InterruptedException {
    if (scope.name().isPresent()) {
      stores.images().remove(scope.name().get());
    }
    for (KeptPackage kept : scope.packages()) {
      if (kept.used().isBefore(unused)) {
        stores.packages().forget(kept);
      }
    }
    Map<String, Item> layers = new HashMap<>();
    Map<String, Item> blobs = new HashMap<>();
    Map<String, Item> mounts = new HashMap<>();
    for (Victim victim : victims) {
      Item item = victim.item();
      switch (item.kind()) {
        case LAYER -> layers.put(item.id(), item);
        case MOUNT -> mounts.put(item.id(), item);
        case BLOB, DOWNLOAD, PACKAGE -> blobs.put(item.id(), item);
      }
    }
    List<Item> removed = new ArrayList<>();
    Set<LayerId> unusedLayers = stillUnused(layers.keySet());
    int forgotten = forget(unusedLayers);
    for (LayerId id : stores.snapshots().layers().remove(unusedLayers, unused)) {
      removed.add(layers.get(id.text()));
    }
    removeBlobs(blobs, removed);
    removeMounts(mounts, removed);
    if (request.forget() && request.target() instanceof Target.All) {
      stores.results().removeLinks();
    }
    stores.tombstones().expire(clock.instant());
    return new Removal(removed, forgotten, sweep());
  }

  private Set<LayerId> stillUnused(Set<String> chosen) throws IOException {
    Set<LayerId> still = new HashSet<>();
    for (Layer layer : stores.snapshots().layers().list()) {
      if (chosen.contains(layer.id().text()) && layer.used().isBefore(unused)) {
        still.add(layer.id());
      }
    }
    return still;
  }

  /** Removes results, each after a tombstone of it was set. */
  private int forget(Set<LayerId> layers) throws IOException {
    Set<Digest> keys = new HashSet<>(survey.results().keysOf(layers));
    Set<Digest> all = request.forget() ? scope.keys() : Set.of();
    keys.addAll(all);
    int forgotten = 0;
    for (Digest key : keys) {
      stores.tombstones().put(key, new Reason.Removed(clock.instant(), request.by()));
      boolean was =
          stores.results().remove(key, stored -> all.contains(key) || Results.has(stored, layers));
      forgotten += was ? 1 : 0;
    }
    return forgotten;
  }

  private void removeBlobs(Map<String, Item> blobs, List<Item> removed) throws IOException {
    for (Map.Entry<String, Digest> file : HttpSource.kept(stores.downloads()).entrySet()) {
      if (blobs.containsKey(file.getValue().toString())) {
        stores.downloads().remove(file.getKey());
      }
    }
    for (String key : stores.compressed().keys()) {
      if (blobs.containsKey(stores.compressed().findText(key).orElse(""))) {
        stores.compressed().remove(key);
      }
    }
    for (KeptPackage kept : stores.packages().list()) {
      if (kept.bodies().keySet().stream().anyMatch(body -> blobs.containsKey(body.toString()))) {
        stores.packages().forget(kept);
      }
    }
    for (Item blob : blobs.values()) {
      if (stores.blobs().remove(Digest.parse(blob.id()), unused)) {
        removed.add(blob);
      }
    }
  }

  private void removeMounts(Map<String, Item> mounts, List<Item> removed)
      throws IOException, InterruptedException {
    for (CacheMounts.Kept kept : stores.mounts().list()) {
      Item item = mounts.get(kept.key());
      if (item != null && kept.used().isBefore(unused)) {
        OptionalLong bytes = stores.mounts().remove(kept);
        if (bytes.isPresent()) {
          removed.add(item);
        }
      }
    }
  }

  /** Removes what killed processes left: it is older than all that run. */
  private long sweep() throws IOException {
    long before = 0;
    for (String folder : List.of("scratch", "blobs/ingest")) {
      Path path = stores.home().resolve(folder);
      if (!Files.isDirectory(path)) {
        continue;
      }
      try (DirectoryStream<Path> all = Files.newDirectoryStream(path)) {
        for (Path left : all) {
          // Steps' own folder is looked after by who runs steps.
          boolean steps = left.endsWith("scratch/run");
          if (!steps && Files.getLastModifiedTime(left).toInstant().isBefore(unused)) {
            before += Survey.bytes(left.toString());
            Trees.remove(left.toString());
          }
        }
      }
    }
    return before;
  }
}
