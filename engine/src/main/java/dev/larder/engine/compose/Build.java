package dev.larder.engine.compose;

import dev.larder.engine.graph.Entitlement;
import dev.larder.engine.graph.Limits;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;

/**
 * How a service's image is built: the compose specification's {@code build}.
 *
 * @param context the build context's folder
 * @param dockerfile the Dockerfile's path: absolute, or relative to the context
 * @param inline a Dockerfile given in the compose file itself
 * @param target the stage to build
 * @param args build arguments
 * @param contexts named contexts: a folder's absolute path, or an image with its scheme, as {@code
 *     docker-image://}
 * @param secrets secrets by id
 * @param network what steps can reach: {@code default}, {@code host} or {@code none}
 * @param allowed what steps may do to this machine: {@code entitlements} and {@code privileged}
 * @param limits of steps, and the size of their shared memory
 * @param extraHosts names and their addresses
 * @param tags more names of the image
 * @param labels labels of the image
 * @param noCache whether earlier results are left aside
 * @param pull whether base images are looked up in their registry
 */
public record Build(
    Path context,
    String dockerfile,
    Optional<String> inline,
    Optional<String> target,
    SequencedMap<String, String> args,
    SequencedMap<String, String> contexts,
    SequencedMap<String, Secret> secrets,
    Optional<String> network,
    Set<Entitlement> allowed,
    Limits limits,
    SequencedMap<String, String> extraHosts,
    List<String> tags,
    SequencedMap<String, String> labels,
    boolean noCache,
    boolean pull) {
  /** Where a secret is. */
  public sealed interface Secret {
    /** In a file. */
    record File(Path path) implements Secret {}

    /** In a variable of the environment. */
    record Variable(String name) implements Secret {}
  }
}
