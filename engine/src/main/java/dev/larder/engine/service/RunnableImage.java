package dev.larder.engine.service;

import dev.larder.engine.oci.ImageConfig;
import dev.larder.engine.snapshot.LayerId;
import dev.larder.engine.snapshot.Snapshot;
import java.util.List;

/**
 * An image of this machine that a service can run.
 *
 * @param name what it is called, for people
 * @param config how it runs
 * @param files its layers, all of them here
 */
public record RunnableImage(String name, ImageConfig config, Snapshot files) {
  /** The image id: the digest of the config, as text. */
  public String id() {
    return config.digest().toString();
  }

  /** The names of its layers, the lowest first. */
  public List<String> layers() {
    return files.layers().stream().map(LayerId::text).toList();
  }
}
