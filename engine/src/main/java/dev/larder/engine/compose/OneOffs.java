package dev.larder.engine.compose;

import dev.larder.engine.service.Mount;
import dev.larder.engine.service.Port;
import dev.larder.engine.service.RestartPolicy;
import dev.larder.engine.service.RunnableImage;
import dev.larder.engine.service.ServiceSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.Set;

/** Containers for one command: of a service, or of an image that no compose file knows. */
public final class OneOffs {
  private static final Duration STOP_GRACE = Duration.ofSeconds(10);

  private OneOffs() {}

  /**
   * What such a container is told beyond what its service says.
   *
   * @param name what it is called in the project
   * @param containerName its name among all containers
   * @param command replaces the service's command; nothing keeps it
   * @param entrypoint replaces the entrypoint, and takes the command away
   * @param environment on top of the service's
   * @param user replaces the service's
   * @param workingDir replaces the service's
   * @param ports published ports
   * @param servicePorts whether the service's own ports are published, too
   * @param mounts on top of the service's
   * @param labels on top of the service's
   */
  public record Request(
      String name,
      String containerName,
      Optional<List<String>> command,
      Optional<List<String>> entrypoint,
      SequencedMap<String, String> environment,
      Optional<String> user,
      Optional<String> workingDir,
      List<Port> ports,
      boolean servicePorts,
      List<Mount> mounts,
      SequencedMap<String, String> labels) {}

  /** A project of one image. */
  public static Project project(String name, Path folder, String image) {
    SequencedMap<String, Service> services = new LinkedHashMap<>();
    services.put(image, ofImage(image));
    return new Project(
        name, folder, List.of(), services, new LinkedHashMap<>(), Set.of(), List.of());
  }

  private static Service ofImage(String image) {
    return new Service(
        image,
        Optional.empty(),
        Optional.of(image),
        Optional.empty(),
        Optional.empty(),
        new LinkedHashMap<>(),
        List.of(),
        List.of(),
        new LinkedHashMap<>(),
        new Service.Health.Off(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        RestartPolicy.NEVER,
        Optional.empty(),
        Set.of(),
        new LinkedHashMap<>(),
        new LinkedHashMap<>(),
        false,
        Optional.empty(),
        STOP_GRACE,
        OptionalLong.empty(),
        false,
        Set.of(),
        List.of());
  }

  /**
   * What to run. It is never started again, nobody asks for its health, and no other container
   * finds it under its service's name.
   */
  public static ServiceSpec spec(
      Project project, Service service, RunnableImage image, Request request)
      throws ComposeException {
    SequencedMap<String, String> environment = new LinkedHashMap<>(service.environment());
    environment.putAll(request.environment());
    List<Port> ports = new ArrayList<>(request.servicePorts() ? service.ports() : List.of());
    ports.addAll(request.ports());
    List<Mount> mounts = new ArrayList<>(service.mounts());
    for (Mount more : request.mounts()) {
      mounts.removeIf(mount -> mount.target().equals(more.target()));
      mounts.add(more);
    }
    SequencedMap<String, String> labels = new LinkedHashMap<>(service.labels());
    labels.putAll(request.labels());
    Service one =
        new Service(
            request.name(),
            service.build(),
            service.image(),
            request.command().or(() -> keeps(request) ? service.command() : Optional.empty()),
            request.entrypoint().or(service::entrypoint),
            environment,
            ports,
            mounts,
            service.dependsOn(),
            new Service.Health.Off(),
            Optional.of(request.containerName()),
            service.hostname().or(() -> Optional.of(request.name())),
            request.user().or(service::user),
            request.workingDir().or(service::workingDir),
            RestartPolicy.NEVER,
            service.networkMode(),
            Set.of(),
            service.extraHosts(),
            labels,
            service.init(),
            service.stopSignal(),
            service.stopGrace(),
            service.shmSize(),
            service.readOnly(),
            service.profiles(),
            List.of());
    return ServiceSpecs.of(project, one, image);
  }

  private static boolean keeps(Request request) {
    return request.entrypoint().isEmpty();
  }
}
