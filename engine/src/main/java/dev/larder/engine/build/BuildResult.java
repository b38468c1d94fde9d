package dev.larder.engine.build;

import dev.larder.engine.digest.Digest;
import dev.larder.engine.oci.ImageConfig;
import dev.larder.engine.oci.ImageName;
import dev.larder.engine.snapshot.Snapshot;
import java.time.Duration;
import java.util.List;

/**
 * What a build came to.
 *
 * @param id the digest of the config
 * @param config what the image says of itself
 * @param files its layers
 * @param names what it is called now
 * @param steps how many instructions there were
 * @param reused how many of them were taken from earlier builds
 * @param downloaded bytes from registries and the web
 * @param took from the request to the result
 */
public record BuildResult(
    Digest id,
    ImageConfig config,
    Snapshot files,
    List<ImageName> names,
    int steps,
    int reused,
    long downloaded,
    Duration took) {
  public BuildResult {
    names = List.copyOf(names);
  }
}
