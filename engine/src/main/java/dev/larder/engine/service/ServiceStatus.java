package dev.larder.engine.service;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A service as others see it.
 *
 * @param project its project
 * @param service its name in the project
 * @param containerName its name among all containers
 * @param image the image's name
 * @param imageId the digest of the image's config
 * @param argv what it runs
 * @param created when its container was made
 * @param fingerprint the same for containers that are as good as each other
 * @param phase where it is in its life
 * @param health what its health check said last
 * @param ports published ports
 * @param address its address on the project's network; empty if it has none
 * @param started when its container last started
 * @param finished when its container last ended
 * @param exitCode how it last ended
 * @param problem why it could not start; empty if it could
 * @param hint what to do about that; may be empty
 * @param restarts how often it was started again in a row
 * @param notes what the user should know
 */
public record ServiceStatus(
    String project,
    String service,
    String containerName,
    String image,
    String imageId,
    List<String> argv,
    Instant created,
    String fingerprint,
    Phase phase,
    Health health,
    List<Port> ports,
    String address,
    Optional<Instant> started,
    Optional<Instant> finished,
    OptionalInt exitCode,
    String problem,
    String hint,
    int restarts,
    List<String> notes) {
  static ServiceStatus of(ServiceSpec spec, ServiceState state, Instant created) {
    return new ServiceStatus(
        spec.project(),
        spec.service(),
        spec.containerName(),
        spec.image(),
        spec.imageId(),
        spec.argv(),
        created,
        spec.fingerprint().toString(),
        state.phase(),
        state.health(),
        state.ports(),
        state.address(),
        state.started(),
        state.finished(),
        state.exitCode(),
        state.problem(),
        state.hint(),
        state.restarts(),
        state.notes());
  }

  /** Whether its container is as the spec says. */
  public boolean isMadeOf(ServiceSpec spec) {
    return fingerprint.equals(spec.fingerprint().toString());
  }

  /** Whether it runs, or will by itself. */
  public boolean isActive() {
    return phase.isActive();
  }

  /** Whether its container runs. */
  public boolean isRunning() {
    return phase == Phase.RUNNING;
  }
}
