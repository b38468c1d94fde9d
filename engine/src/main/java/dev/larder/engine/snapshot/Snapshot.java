package dev.larder.engine.snapshot;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A file system: its layers, the lowest first. A value; holding one holds no disk.
 *
 * @param layers none is an empty file system
 */
public record Snapshot(List<LayerId> layers) {
  public static final Snapshot EMPTY = new Snapshot(List.of());

  public Snapshot {
    layers = List.copyOf(layers);
  }

  /** With one more layer on top. */
  public Snapshot with(LayerId top) {
    List<LayerId> more = new ArrayList<>(layers);
    more.add(top);
    return new Snapshot(more);
  }

  /** Without its topmost layer; nothing if it is empty. */
  public Optional<Snapshot> parent() {
    return layers.isEmpty()
        ? Optional.empty()
        : Optional.of(new Snapshot(layers.subList(0, layers.size() - 1)));
  }
}
