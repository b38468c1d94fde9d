package dev.larder.engine.compose;

import dev.larder.engine.service.HealthCheck;
import dev.larder.engine.service.Mount;
import dev.larder.engine.service.Port;
import dev.larder.engine.service.RestartPolicy;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.Set;

/**
 * A service of a compose file, with its variables replaced and its paths made absolute.
 *
 * @param name its key
 * @param build how its image is built; nothing if it is only named
 * @param image the image's name; nothing is that of the project and the service
 * @param command replaces the image's CMD; an empty one takes it away
 * @param entrypoint replaces the image's ENTRYPOINT, and takes its CMD away
 * @param environment on top of the image's
 * @param ports published ports
 * @param mounts volumes, binds and tmpfs
 * @param dependsOn what has to be there before it starts
 * @param health replaces the image's HEALTHCHECK
 * @param containerName its name besides the service's
 * @param hostname its host name
 * @param user replaces the image's USER
 * @param workingDir replaces the image's WORKDIR
 * @param restart what happens when it ends
 * @param networkMode {@code host}, {@code none}, or nothing for the project's network
 * @param aliases more names on the project's network
 * @param extraHosts names and their addresses, {@code host-gateway} among them
 * @param labels labels of the container
 * @param init whether a small init process was asked for
 * @param stopSignal replaces the image's STOPSIGNAL: a name or a number
 * @param stopGrace how long it may take to stop
 * @param shmSize bytes of /dev/shm
 * @param readOnly whether its root file system is read only
 * @param profiles those that it belongs to; none is always there
 * @param watch what is done when files change
 */
public record Service(
    String name,
    Optional<Build> build,
    Optional<String> image,
    Optional<List<String>> command,
    Optional<List<String>> entrypoint,
    SequencedMap<String, String> environment,
    List<Port> ports,
    List<Mount> mounts,
    SequencedMap<String, Condition> dependsOn,
    Health health,
    Optional<String> containerName,
    Optional<String> hostname,
    Optional<String> user,
    Optional<String> workingDir,
    RestartPolicy restart,
    Optional<String> networkMode,
    Set<String> aliases,
    SequencedMap<String, String> extraHosts,
    SequencedMap<String, String> labels,
    boolean init,
    Optional<String> stopSignal,
    Duration stopGrace,
    OptionalLong shmSize,
    boolean readOnly,
    Set<String> profiles,
    List<WatchRule> watch) {
  /** What a service waits for. */
  public enum Condition {
    STARTED,
    HEALTHY,
    COMPLETED
  }

  /** Where the health check comes from. */
  public sealed interface Health {
    /** The image's, if it has one. */
    record OfImage() implements Health {}

    /** None, whatever the image says. */
    record Off() implements Health {}

    /**
     * The compose file's; an empty {@code test} keeps the image's test with these times.
     *
     * @param given the parts that the file names
     */
    record Given(HealthCheck check, Set<Part> given) implements Health {}
  }

  /** Parts of a health check that a compose file may set one by one. */
  public enum Part {
    TEST,
    INTERVAL,
    TIMEOUT,
    START_PERIOD,
    START_INTERVAL,
    RETRIES
  }
}
