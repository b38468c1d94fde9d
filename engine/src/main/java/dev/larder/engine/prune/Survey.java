package dev.larder.engine.prune;

import dev.larder.engine.digest.Digest;
import dev.larder.engine.linux.Inodes;
import dev.larder.engine.linux.Stat;
import dev.larder.engine.mount.CacheMounts;
import dev.larder.engine.oci.ImageName;
import dev.larder.engine.packages.KeptPackage;
import dev.larder.engine.snapshot.Layer;
import dev.larder.engine.snapshot.LayerId;
import dev.larder.engine.snapshot.Layers;
import dev.larder.engine.source.HttpSource;
import dev.larder.engine.store.BlobStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What is kept just now. Other processes may add and remove meanwhile. */
public final class Survey {
  private final Stores stores;
  private final Needs needs;
  private final Results results;
  private final Provenance provenance;
  private final List<Layer> layers;

  private Survey(Stores stores, Instant now, Optional<ImageName> without) throws IOException {
    this.stores = stores;
    this.needs = Needs.find(stores, now, without);
    this.layers = stores.snapshots().layers().list();
    this.results = Results.read(stores.results());
    this.provenance = Provenance.read(stores.history());
  }

  /**
   * Looks at everything.
   *
   * @param now what is used from now on is in use
   */
  public static Survey of(Stores stores, Instant now) throws IOException {
    return new Survey(stores, now, Optional.empty());
  }

  /** Looks at everything as if an image had no such name. */
  static Survey without(ImageName name, Stores stores, Instant now) throws IOException {
    return new Survey(stores, now, Optional.of(name));
  }

  Needs needs() {
    return needs;
  }

  Results results() {
    return results;
  }

  Provenance provenance() {
    return provenance;
  }

  List<Layer> layers() {
    return layers;
  }

  /** Everything that can be removed by itself, the least recently used first. */
  public List<Item> items() throws IOException {
    List<Item> items = new ArrayList<>();
    layers(items);
    mounts(items);
    blobs(items);
    items.sort(Comparator.comparing(Item::used).thenComparing(Item::id));
    return items;
  }

  private void layers(List<Item> items) throws IOException {
    Map<LayerId, String> needed = new HashMap<>();
    for (Layer layer : layers) {
      String need = needs.ofLayer(layer);
      if (!need.isEmpty()) {
        needed.put(layer.id(), need);
        layer.base().layers().forEach(below -> needed.putIfAbsent(below, need));
      }
    }
    Layers measured = stores.snapshots().layers();
    for (Layer layer : layers) {
      Set<String> projects = new TreeSet<>();
      String name = "";
      for (Digest key : results.keysOf(layer.id())) {
        projects.addAll(provenance.projects(key));
        name = provenance.name(key).isEmpty() ? name : provenance.name(key);
      }
      if (name.isEmpty()) {
        name = layer.blob().map(blob -> "archive " + blob.diffId().abbreviated()).orElse("step");
      }
      items.add(
          new Item(
              Kind.LAYER,
              layer.id().text(),
              name,
              measured.bytesOnDisk(layer.id()),
              layer.created(),
              layer.used(),
              projects,
              needed.getOrDefault(layer.id(), "")));
    }
  }

  private void mounts(List<Item> items) throws IOException {
    for (CacheMounts.Kept kept : stores.mounts().list()) {
      boolean ofProject = kept.scope().startsWith("project ");
      items.add(
          new Item(
              Kind.MOUNT,
              kept.key(),
              kept.id().isEmpty() ? "half removed" : kept.id(),
              stores.mounts().bytes(kept),
              kept.created(),
              kept.used(),
              ofProject
                  ? Set.of(kept.scope().substring("project ".length()))
                  : provenance.projectsOfMount(kept.target()),
              needs.inUse(kept.used())));
    }
  }

  private void blobs(List<Item> items) throws IOException {
    Map<Digest, String> needed = needs.ofBlobs(layers);
    Set<Digest> downloads = new HashSet<>(HttpSource.kept(stores.downloads()).values());
    Map<Digest, String> packages = new HashMap<>();
    for (KeptPackage kept : stores.packages().list()) {
      kept.bodies().keySet().forEach(body -> packages.putIfAbsent(body, kept.url()));
    }
    for (BlobStore.Use blob : stores.blobs().uses()) {
      String need = needed.getOrDefault(blob.digest(), needs.inUse(blob.lastUsed()));
      boolean download = downloads.contains(blob.digest());
      String unnamed = need.isEmpty() ? "nothing leads to it" : "archive or config";
      String otherwise = download ? "file of ADD" : unnamed;
      boolean isPackage = packages.containsKey(blob.digest());
      items.add(
          new Item(
              isPackage ? Kind.PACKAGE : download ? Kind.DOWNLOAD : Kind.BLOB,
              blob.digest().toString(),
              packages.getOrDefault(blob.digest(), otherwise),
              blob.size(),
              blob.lastUsed(),
              blob.lastUsed(),
              Set.of(),
              need));
    }
  }

  /** Bytes of small files: results, links, history and the like. */
  public long recordBytes() throws IOException {
    long bytes = 0;
    for (Path folder : stores.records()) {
      bytes += bytes(folder.toString());
    }
    return bytes;
  }

  /** The sizes of all files at a path, or nothing if it is not there. */
  static long bytes(String path) throws IOException {
    Optional<Stat> stat = Inodes.find(path);
    if (stat.isEmpty() || !stat.get().isDirectory()) {
      return stat.map(Stat::size).orElse(0L);
    }
    long bytes = 0;
    for (Inodes.Entry entry : Inodes.list(path)) {
      bytes += bytes(path + "/" + entry.name());
    }
    return bytes;
  }
}
