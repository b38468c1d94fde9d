package dev.larder.engine.service;

import dev.larder.engine.snapshot.LastingRoots;
import dev.larder.engine.snapshot.LayerId;
import dev.larder.engine.snapshot.Snapshot;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Mounts the root file systems of services. */
@FunctionalInterface
public interface Roots {
  /** Over the layers of a home. */
  static Roots of(Path home) {
    return (layers, changes, target) ->
        LastingRoots.mount(
            home, new Snapshot(layers.stream().map(LayerId::new).toList()), changes, target);
  }

  /**
   * Lays a folder of changes over layers. Unlike a build step's, the changes survive a crash of the
   * machine: syncs are done.
   *
   * @param layers the names of the layers, the lowest first
   * @param changes a folder for what is changed, kept from one start to the next
   * @param target where it is seen, in the mount namespace of this process
   */
  void mount(List<String> layers, Path changes, Path target) throws IOException;
}
