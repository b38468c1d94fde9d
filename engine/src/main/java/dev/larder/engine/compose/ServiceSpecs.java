package dev.larder.engine.compose;

import dev.larder.engine.oci.Healthcheck;
import dev.larder.engine.oci.ImageConfig;
import dev.larder.engine.service.HealthCheck;
import dev.larder.engine.service.Mount;
import dev.larder.engine.service.Network;
import dev.larder.engine.service.RunnableImage;
import dev.larder.engine.service.ServiceSpec;
import dev.larder.engine.service.Signals;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedMap;
import java.util.Set;

/** Puts an image and a service of a compose file together, with the rules of Docker. */
final class ServiceSpecs {
  private static final List<String> DEFAULT_SHELL = List.of("/bin/sh", "-c");

  private final Project project;
  private final Service service;
  private final ImageConfig config;

  private ServiceSpecs(Project project, Service service, ImageConfig config) {
    this.project = project;
    this.service = service;
    this.config = config;
  }

  /**
   * What to run.
   *
   * @throws ComposeException if the two don't fit: no command, an unknown signal
   */
  static ServiceSpec of(Project project, Service service, RunnableImage image)
      throws ComposeException {
    return new ServiceSpecs(project, service, image.config()).spec(image);
  }

  /** The name of the image of a service that names none: compose's own. */
  static String imageName(Project project, Service service) {
    return service.image().orElse(project.name() + "-" + service.name());
  }

  private ServiceSpec spec(RunnableImage image) throws ComposeException {
    String container = service.containerName().orElse(project.name() + "-" + service.name() + "-1");
    return new ServiceSpec(
        project.name(),
        service.name(),
        container,
        image.name(),
        image.id(),
        image.layers(),
        argv(image),
        environment(),
        workingDir(),
        service.user().orElse(config.user()),
        service.hostname().orElse(service.name()),
        network(),
        List.copyOf(service.aliases()),
        service.extraHosts(),
        service.ports(),
        mounts(),
        health(),
        service.restart(),
        stopSignal(),
        service.stopGrace(),
        service.shmSize(),
        service.readOnly(),
        service.labels());
  }

  /** An entrypoint of the compose file takes away the image's command, too. */
  private List<String> argv(RunnableImage image) throws ComposeException {
    List<String> argv = new ArrayList<>(service.entrypoint().orElse(config.entrypoint()));
    List<String> command = service.entrypoint().isPresent() ? List.of() : config.cmd();
    argv.addAll(service.command().orElse(command));
    if (argv.isEmpty()) {
      throw new ComposeException(
          "start " + service.name() + ": image " + image.name() + " has no command",
          "add CMD to its Dockerfile, or command: to the service");
    }
    return argv;
  }

  private SequencedMap<String, String> environment() {
    SequencedMap<String, String> all = new LinkedHashMap<>(config.envByName());
    all.putAll(service.environment());
    return all;
  }

  private String workingDir() {
    String folder = service.workingDir().orElse(config.workingDir());
    return folder.isEmpty() ? "/" : folder;
  }

  private Network network() {
    return switch (service.networkMode().orElse("")) {
      case "host" -> Network.HOST;
      case "none" -> Network.NONE;
      default -> Network.PROJECT;
    };
  }

  /** Those of the compose file, and a volume for each one of the image's that has none. */
  private List<Mount> mounts() {
    List<Mount> mounts = new ArrayList<>(service.mounts());
    for (String target : config.volumes()) {
      if (mounts.stream().noneMatch(m -> m.target().equals(target))) {
        String name = MountReader.anonymousName(project.name(), service.name(), target);
        mounts.add(new Mount.Volume(name, target, false, true));
      }
    }
    return mounts;
  }

  private int stopSignal() throws ComposeException {
    String text = service.stopSignal().orElse(config.stopSignal());
    OptionalInt number = Signals.number(text.isEmpty() ? "SIGTERM" : text);
    if (number.isEmpty()) {
      throw new ComposeException("start " + service.name() + ": no such signal: \"" + text + "\"");
    }
    return number.getAsInt();
  }

  /** A compose file may replace the image's check, or only some of its times. */
  private Optional<HealthCheck> health() {
    Optional<HealthCheck> ofImage = config.healthcheck().flatMap(this::ofImage);
    return switch (service.health()) {
      case Service.Health.Off() -> Optional.empty();
      case Service.Health.OfImage() -> ofImage;
      case Service.Health.Given(HealthCheck given, Set<Service.Part> parts) -> {
        boolean ownTest = parts.contains(Service.Part.TEST);
        if (!ownTest && ofImage.isEmpty()) {
          yield Optional.empty();
        }
        HealthCheck base = ofImage.orElse(given);
        List<String> test = ownTest ? command(given.test()) : base.test();
        yield Optional.of(merged(base, given, parts, test));
      }
    };
  }

  private static HealthCheck merged(
      HealthCheck base, HealthCheck given, Set<Service.Part> parts, List<String> test) {
    return new HealthCheck(
        test,
        parts.contains(Service.Part.INTERVAL) ? given.interval() : base.interval(),
        parts.contains(Service.Part.TIMEOUT) ? given.timeout() : base.timeout(),
        parts.contains(Service.Part.START_PERIOD) ? given.startPeriod() : base.startPeriod(),
        parts.contains(Service.Part.START_INTERVAL) ? given.startInterval() : base.startInterval(),
        parts.contains(Service.Part.RETRIES) ? given.retries() : base.retries());
  }

  private Optional<HealthCheck> ofImage(Healthcheck check) {
    if (check.test().isEmpty() || check.test().getFirst().equals("NONE")) {
      return Optional.empty();
    }
    return Optional.of(
        new HealthCheck(
            command(check.test()),
            orElse(check.interval(), HealthCheck.DEFAULT_INTERVAL),
            orElse(check.timeout(), HealthCheck.DEFAULT_TIMEOUT),
            check.startPeriod(),
            orElse(check.startInterval(), HealthCheck.DEFAULT_START_INTERVAL),
            check.retries() == 0 ? HealthCheck.DEFAULT_RETRIES : check.retries()));
  }

  private static Duration orElse(Duration given, Duration fallback) {
    return given.isZero() ? fallback : given;
  }

  private List<String> command(List<String> test) {
    List<String> words = new ArrayList<>();
    if (test.getFirst().equals("CMD-SHELL")) {
      words.addAll(config.shell().isEmpty() ? DEFAULT_SHELL : config.shell());
    }
    words.addAll(test.subList(1, test.size()));
    return words;
  }
}
