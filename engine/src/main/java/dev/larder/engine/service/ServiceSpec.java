package dev.larder.engine.service;

import dev.larder.engine.digest.Digest;
import dev.larder.engine.digest.Fingerprint;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SequencedMap;

/**
 * What a service runs, with image and compose file put together: everything that a supervisor needs
 * to know, and nothing that it would have to look up again.
 *
 * @param project letters, digits, {@code -} and {@code _}
 * @param service its name in the project
 * @param containerName its name among all containers
 * @param image the image's name, for people
 * @param imageId the digest of the image's config
 * @param layers the names of its layers, the lowest first
 * @param argv the program and its arguments
 * @param environment its variables
 * @param workingDir its folder: absolute
 * @param user as USER says; empty is root
 * @param hostname its host name
 * @param network what it can reach
 * @param aliases more names of it on the project's network
 * @param extraHosts names and addresses, {@code host-gateway} among them
 * @param ports published ports
 * @param mounts what it sees besides its image
 * @param health how to ask whether it is well; the test is an argument vector
 * @param restart what happens when it ends by itself
 * @param stopSignal the signal's number
 * @param stopGrace how long it may take to stop
 * @param shmSize bytes of /dev/shm; nothing is 64 MiB
 * @param readOnly whether its root file system is read only
 * @param labels for people and tools
 */
public record ServiceSpec(
    String project,
    String service,
    String containerName,
    String image,
    String imageId,
    List<String> layers,
    List<String> argv,
    SequencedMap<String, String> environment,
    String workingDir,
    String user,
    String hostname,
    Network network,
    List<String> aliases,
    SequencedMap<String, String> extraHosts,
    List<Port> ports,
    List<Mount> mounts,
    Optional<HealthCheck> health,
    RestartPolicy restart,
    int stopSignal,
    Duration stopGrace,
    OptionalLong shmSize,
    boolean readOnly,
    SequencedMap<String, String> labels) {
  /**
   * Checks what becomes part of paths.
   *
   * @throws IllegalArgumentException if a name is not one
   */
  public ServiceSpec {
    ServiceFolder.checkName(project);
    ServiceFolder.checkName(service);
    layers = List.copyOf(layers);
    argv = List.copyOf(argv);
    aliases = List.copyOf(aliases);
    ports = List.copyOf(ports);
    mounts = List.copyOf(mounts);
  }

  /**
   * What the services of a home run, also those that are stopped, and what they go back to if the
   * new container does not become well: their layers are needed. Nothing is asked of a supervisor.
   */
  public static List<ServiceSpec> all(Path home) throws IOException {
    List<ServiceSpec> all = new ArrayList<>();
    for (ServiceFolder folder : ServiceFolder.list(home)) {
      folder.spec().ifPresent(all::add);
      folder.previousSpec().ifPresent(all::add);
    }
    return all;
  }

  /** The same for two specs exactly if a container of the one is as good as one of the other. */
  public Digest fingerprint() {
    return Fingerprint.of("service/1")
        .add("containerName", containerName)
        .add("imageId", imageId)
        .addAll("argv", argv)
        .addAll("environment", environment)
        .add("workingDir", workingDir)
        .add("user", user)
        .add("hostname", hostname)
        .add("network", network.name())
        .addAll("aliases", aliases)
        .addAll("extraHosts", extraHosts)
        .addAll("ports", ports.stream().map(Port::toString).toList())
        .addAll("mounts", mounts.stream().map(Mount::toString).toList())
        .add("health", health.map(HealthCheck::toString).orElse(""))
        .add("restart", restart.toString())
        .add("stopSignal", stopSignal)
        .add("stopGrace", stopGrace.toMillis())
        .add("shmSize", shmSize.orElse(0))
        .add("readOnly", readOnly)
        .addAll("labels", labels)
        .digest();
  }
}
