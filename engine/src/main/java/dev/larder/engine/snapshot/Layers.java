package dev.larder.engine.snapshot;

import dev.larder.engine.linux.Inodes;
import dev.larder.engine.store.Gate;
import dev.larder.engine.store.Records;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;

/** The layers of a store: which there are, when they were last used, and their removal. */
public final class Layers {
  /** Its time says when the layer was last used. */
  private static final String USED = "used";

  /** The bytes of the layer's files on the disk, once somebody asked: a layer never changes. */
  private static final String SIZE = "size";

  private final String layers;
  private final String drafts;
  private final Records unpacked;
  private final Gate gate;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final Set<LayerId> marked = ConcurrentHashMap.newKeySet();

  Layers(
      String layers, String drafts, Records unpacked, InstantSource clock, RandomGenerator random) {
    this.layers = layers;
    this.drafts = drafts;
    this.unpacked = unpacked;
    this.gate = new Gate(Path.of(layers + ".gate"));
    this.clock = clock;
    this.random = random;
  }

  private Path file(LayerId id, String name) {
    return Path.of(layers + "/" + id + "/" + name);
  }

  /** Whether all layers are here; they count as used now. */
  boolean use(Snapshot snapshot) throws IOException {
    return gate.finding(
        () -> {
          for (LayerId id : snapshot.layers()) {
            if (!has(id)) {
              return false;
            }
            if (marked.add(id)) { // once is enough: this process has its lease since before
              mark(id);
            }
          }
          return true;
        });
  }

  boolean has(LayerId id) throws IOException {
    return Inodes.find(layers + "/" + id + "/" + LayerRecord.FILE).isPresent();
  }

  private void mark(LayerId id) throws IOException {
    Path file = file(id, USED);
    FileTime now = FileTime.from(clock.instant());
    try {
      Files.setLastModifiedTime(file, now);
    } catch (NoSuchFileException first) {
      Files.write(file, new byte[0]);
      Files.setLastModifiedTime(file, now);
    }
  }

  LayerRecord record(LayerId id) throws IOException {
    return LayerRecord.parse(id, Files.readString(file(id, LayerRecord.FILE)));
  }

  /** All layers, in the order of their names. */
  public List<Layer> list() throws IOException {
    List<Layer> all = new ArrayList<>();
    for (Inodes.Entry entry : Inodes.list(layers)) {
      find(new LayerId(entry.name())).ifPresent(all::add);
    }
    return all;
  }

  private Optional<Layer> find(LayerId id) throws IOException {
    try {
      LayerRecord record = record(id);
      Instant used = used(id, record);
      return Optional.of(new Layer(id, record.created(), used, record.base(), record.blob()));
    } catch (NoSuchFileException e) {
      return Optional.empty(); // removed meanwhile
    }
  }

  private Instant used(LayerId id, LayerRecord record) throws IOException {
    try {
      return Files.getLastModifiedTime(file(id, USED)).toInstant();
    } catch (NoSuchFileException never) {
      return record.created();
    }
  }

  /** The bytes a layer's files take on disk, its archive not counted; measured once. */
  public long bytesOnDisk(LayerId id) throws IOException {
    Path file = file(id, SIZE);
    try {
      return Long.parseLong(Files.readString(file));
    } catch (NoSuchFileException | NumberFormatException e) {
      long bytes = LayerFiles.bytes(layers + "/" + id + "/fs");
      Path fresh = file(id, SIZE + "." + ProcessHandle.current().pid());
      Files.writeString(fresh, Long.toString(bytes));
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
      return bytes;
    }
  }

  /**
   * Removes layers, what stands on others first; a layer that another one stands on stays. Their
   * archives stay in the blob store.
   *
   * @param unused those that were used at this time or later stay
   * @return those that were removed
   */
  public Set<LayerId> remove(Collection<LayerId> ids, Instant unused) throws IOException {
    Map<LayerId, Integer> carried = new HashMap<>();
    Map<LayerId, Layer> known = new HashMap<>();
    for (Layer layer : list()) {
      known.put(layer.id(), layer);
      layer.base().layers().forEach(below -> carried.merge(below, 1, Integer::sum));
    }
    List<Layer> victims = new ArrayList<>();
    ids.forEach(id -> Optional.ofNullable(known.get(id)).ifPresent(victims::add));
    victims.sort(Comparator.comparingInt((Layer one) -> one.base().layers().size()).reversed());
    Map<LayerId, List<String>> archives = archives(ids);
    Set<LayerId> removed = new HashSet<>();
    for (Layer layer : victims) {
      if (carried.getOrDefault(layer.id(), 0) > 0 || layer.used().compareTo(unused) >= 0) {
        continue;
      }
      for (String key : archives.getOrDefault(layer.id(), List.of())) {
        unpacked.remove(key); // what leads to it goes first
      }
      if (remove(layer, unused)) {
        removed.add(layer.id());
        layer.base().layers().forEach(below -> carried.merge(below, -1, Integer::sum));
      }
    }
    return removed;
  }

  /** The records of archives that were unpacked to these layers. */
  private Map<LayerId, List<String>> archives(Collection<LayerId> ids) throws IOException {
    Map<String, LayerId> wanted = new HashMap<>();
    ids.forEach(id -> wanted.put(id.text(), id));
    Map<LayerId, List<String>> found = new HashMap<>();
    for (String key : unpacked.keys()) {
      LayerId id = wanted.get(unpacked.findText(key).orElse(""));
      if (id != null) {
        found.computeIfAbsent(id, one -> new ArrayList<>()).add(key);
      }
    }
    return found;
  }

  private boolean remove(Layer layer, Instant unused) throws IOException {
    try (Workspace workspace = Workspace.create(drafts, random)) {
      return gate.removing(
          () -> {
            if (used(layer.id(), record(layer.id())).compareTo(unused) >= 0) {
              return false;
            }
            // One rename takes it away; a crash leaves the rest to the next sweep.
            String folder = layers + "/" + layer.id();
            Inodes.rename(folder, workspace.path("removed"), Inodes.RENAME_NOREPLACE);
            LayerFiles.sync(layers);
            return true;
          });
    } catch (NoSuchFileException gone) {
      return false; // another process was faster
    }
  }
}
