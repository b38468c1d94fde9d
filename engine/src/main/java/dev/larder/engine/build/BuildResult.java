package dev.larder.engine.build;

import dev.larder.engine.check.Finding;
import dev.larder.engine.digest.Digest;
import dev.larder.engine.event.Amounts;
import dev.larder.engine.event.Waste;
import dev.larder.engine.oci.Descriptor;
import dev.larder.engine.oci.ImageConfig;
import dev.larder.engine.oci.ImageName;
import dev.larder.engine.snapshot.Snapshot;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a build came to.
 *
 * @param id the digest of the config
 * @param config what the image says of itself
 * @param files its layers
 * @param names what it is called now
 * @param manifest of the image, if an output made one; of several outputs the first one's
 * @param record the id of the build's record, if there is one
 * @param steps how many instructions there were
 * @param reused how many of them were taken from earlier builds
 * @param amounts where its bytes came from
 * @param incomplete whether some step had the machine's own network, so that what it fetched is not
 *     among them
 * @param findings what checks of the Dockerfile found
 * @param waste what was downloaded in vain, the most bytes first
 * @param took from the request to the result
 */
public record BuildResult(
    Digest id,
    ImageConfig config,
    Snapshot files,
    List<ImageName> names,
    Optional<Descriptor> manifest,
    Optional<String> record,
    int steps,
    int reused,
    Amounts amounts,
    boolean incomplete,
    List<Finding> findings,
    List<Waste> waste,
    Duration took) {
  public BuildResult {
    names = List.copyOf(names);
    findings = List.copyOf(findings);
    waste = List.copyOf(waste);
  }
}
