package dev.larder.engine.compose;

import dev.larder.engine.build.BuildRequest;
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
 * @param context the build context
 * @param dockerfile the Dockerfile's path: absolute, or relative to the context
 * @param inline a Dockerfile given in the compose file itself
 * @param target the stage to build
 * @param args build arguments
 * @param contexts named contexts: a folder's absolute path, {@code service:NAME} for the image of
 *     another service, or what {@code --build-context} takes
 * @param secrets secrets by id
 * @param agents ssh agents: their sockets by id, empty for the one of {@code SSH_AUTH_SOCK}
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
    BuildRequest.Context context,
    String dockerfile,
    Optional<String> inline,
    Optional<String> target,
    SequencedMap<String, String> args,
    SequencedMap<String, String> contexts,
    SequencedMap<String, Secret> secrets,
    SequencedMap<String, String> agents,
    Optional<String> network,
    Set<Entitlement> allowed,
    Limits limits,
    SequencedMap<String, String> extraHosts,
    List<String> tags,
    SequencedMap<String, String> labels,
    boolean noCache,
    boolean pull) {
  /** The folder of the build context, if it is one of this machine. */
  Optional<Path> folder() {
    return context instanceof BuildRequest.Context.Folder(Path path)
        ? Optional.of(path)
        : Optional.empty();
  }

  /** What the name of a service stands behind in {@link #contexts}. */
  static final String SERVICE = "service:";

  /** The services whose images have to be there first. */
  List<String> services() {
    return contexts.values().stream()
        .filter(value -> value.startsWith(SERVICE))
        .map(value -> value.substring(SERVICE.length()))
        .toList();
  }

  /** Where a secret is. */
  public sealed interface Secret {
    /** In a file. */
    record File(Path path) implements Secret {}

    /** In a variable of the environment. */
    record Variable(String name) implements Secret {}
  }
}
