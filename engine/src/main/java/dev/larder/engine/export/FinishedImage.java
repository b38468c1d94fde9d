package dev.larder.engine.export;

import dev.larder.engine.digest.Digest;
import dev.larder.engine.oci.ImageName;
import dev.larder.engine.oci.Platform;
import dev.larder.engine.snapshot.Snapshot;
import java.time.Instant;
import java.util.List;

/**
 * An image to hand out.
 *
 * @param config its config, a blob; the diff ids in it are those of the files' layers
 * @param platform what it runs on
 * @param files its layers
 * @param names what it is to be called; may be none
 * @param created the time to say it was exported at
 * @param annotations for the forms that have a place for them: layouts
 */
public record FinishedImage(
    Digest config,
    Platform platform,
    Snapshot files,
    List<ImageName> names,
    Instant created,
    Annotations annotations) {
  public FinishedImage {
    names = List.copyOf(names);
  }
}
