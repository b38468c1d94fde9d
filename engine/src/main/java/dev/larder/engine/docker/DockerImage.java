package dev.larder.engine.docker;

import dev.larder.engine.digest.Digest;
import dev.larder.engine.oci.Platform;
import java.util.List;

/**
 * An image that an engine has.
 *
 * @param id what the engine calls it: its config's digest, or its manifest's where images are kept
 *     in containerd's store
 * @param diffIds of its layers
 */
public record DockerImage(Digest id, Platform platform, List<Digest> diffIds) {
  public DockerImage {
    diffIds = List.copyOf(diffIds);
  }
}
