package dev.larder.engine.compose;

import dev.larder.engine.service.Health;
import dev.larder.engine.service.Phase;
import dev.larder.engine.service.ServiceLog;
import dev.larder.engine.service.ServiceStatus;
import dev.larder.engine.service.Services;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/** The services that are being started: their logs, and whether they are well by now. */
final class Launch {
  private static final Duration PAUSE = Duration.ofMillis(25);

  /** How long a service without a health check has to run before it counts as well. */
  private static final Duration MOMENT = Duration.ofSeconds(1);

  /** A service that its policy starts again this often does not come up by itself. */
  private static final int TOO_OFTEN = 3;

  private static final int LAST_LINES = 20;

  private final Project project;
  private final Services services;
  private final Rebuild.Listener listener;
  private final Duration waitTimeout;
  private final SequencedMap<String, Started> started = new LinkedHashMap<>();

  /** A service that was started, or is waited for. */
  private static final class Started {
    private final Service service;
    private final ServiceLog log;
    private final long begin = System.nanoTime();
    private final LastLines lines = new LastLines(LAST_LINES);
    private Optional<Duration> ready = Optional.empty();

    Started(Service service, ServiceLog log) {
      this.service = service;
      this.log = log;
    }

    Duration elapsed() {
      return Duration.ofNanos(System.nanoTime() - begin);
    }
  }

  Launch(Project project, Services services, Rebuild.Listener listener, Duration waitTimeout) {
    this.project = project;
    this.services = services;
    this.listener = listener;
    this.waitTimeout = waitTimeout;
  }

  /** A service has just been started. */
  void add(Service service) throws IOException {
    ServiceLog log = services.logSinceStart(project.name(), service.name());
    started.put(service.name(), new Started(service, log));
  }

  boolean has(String service) {
    return started.containsKey(service);
  }

  /** How long it took until a service was well; zero if it was not waited for. */
  Duration ready(String service) {
    Started one = started.get(service);
    return one == null ? Duration.ZERO : one.ready.orElse(Duration.ZERO);
  }

  /**
   * Waits for a service that was started.
   *
   * @throws ComposeException if it ends at once or does not become well
   */
  void await(String service, Service.Condition condition)
      throws ComposeException, IOException, InterruptedException {
    Started one = started.get(service);
    if (one != null) {
      await(one, condition);
    }
  }

  /** Waits until a service that was left alone is healthy: it may still be on its way. */
  void awaitHealthy(Service service) throws ComposeException, IOException, InterruptedException {
    await(
        new Started(service, services.log(project.name(), service.name(), LAST_LINES)),
        Service.Condition.HEALTHY);
  }

  /** Waits until all that were started are well, or have done their work if they are jobs. */
  void awaitAll(java.util.Set<String> jobs)
      throws ComposeException, IOException, InterruptedException {
    for (Started one : started.values()) {
      if (jobs.contains(one.service.name())) {
        await(one, Service.Condition.COMPLETED);
      } else if (one.ready.isEmpty()) {
        await(one, Service.Condition.HEALTHY);
      }
    }
  }

  private void await(Started one, Service.Condition condition)
      throws ComposeException, IOException, InterruptedException {
    while (!isMet(one, condition)) {
      if (one.elapsed().compareTo(waitTimeout) > 0) {
        throw slow(one);
      }
      Thread.sleep(PAUSE);
      followLogs();
    }
    followLogs();
    if (one.ready.isEmpty() && condition != Service.Condition.STARTED) {
      one.ready = Optional.of(one.elapsed());
      if (started.containsValue(one)) {
        listener.ready(one.service, one.elapsed());
      }
    }
  }

  private boolean isMet(Started one, Service.Condition condition)
      throws ComposeException, IOException {
    ServiceStatus status = services.find(project.name(), one.service.name()).orElseThrow();
    boolean ended = status.phase() == Phase.EXITED || status.phase() == Phase.STOPPED;
    int code = status.exitCode().orElse(0);
    if (status.phase() == Phase.FAILED) {
      throw trouble(one, Trouble.Kind.NOT_STARTED, status.problem(), status.hint());
    }
    return switch (condition) {
      case STARTED -> true;
      case COMPLETED -> {
        if (ended && code != 0) {
          throw ended(one, code);
        }
        yield ended;
      }
      case HEALTHY -> {
        if (ended) {
          throw ended(one, code);
        }
        if (status.restarts() >= TOO_OFTEN) {
          throw trouble(
              one,
              Trouble.Kind.CRASH_LOOP,
              "it ended with exit code " + code + ", " + status.restarts() + " times in a row",
              tryByHand(one));
        }
        yield isWell(one, status);
      }
    };
  }

  private boolean isWell(Started one, ServiceStatus status) throws ComposeException, IOException {
    Health health = status.health();
    return switch (health.status()) {
      case HEALTHY -> true;
      case NONE -> one.elapsed().compareTo(MOMENT) > 0 && status.isRunning();
      case STARTING -> false;
      case UNHEALTHY ->
          throw trouble(
              one,
              Trouble.Kind.UNHEALTHY,
              "it is unhealthy: its check failed " + health.failures() + " times" + said(health),
              "run the check by hand in: larder exec " + one.service.name() + " sh");
    };
  }

  private static String said(Health health) {
    return health.output().isEmpty() ? "" : ", last with: " + health.output();
  }

  private ComposeException ended(Started one, int code) throws IOException {
    return trouble(one, Trouble.Kind.ENDED, "it ended with exit code " + code, tryByHand(one));
  }

  private static String tryByHand(Started one) {
    String name = one.service.name();
    return "look around in it: larder run --rm --entrypoint sh "
        + name
        + "; all of its log: larder logs "
        + name;
  }

  private ComposeException slow(Started one) throws IOException {
    Health health =
        services.find(project.name(), one.service.name()).map(ServiceStatus::health).orElseThrow();
    return trouble(
        one,
        Trouble.Kind.SLOW,
        "not healthy after " + waitTimeout.toSeconds() + " s" + said(health),
        "give it more time: --wait-timeout " + Math.max(1, 2 * waitTimeout.toSeconds()));
  }

  /** A service that could not even be started. */
  static ComposeException notStarted(Service service, String why, String hint) {
    return new ComposeException(
        new Trouble(Trouble.Kind.NOT_STARTED, service.name(), why, List.of(), hint, false));
  }

  private ComposeException trouble(Started one, Trouble.Kind kind, String why, String tip)
      throws IOException {
    followLogs();
    follow(one);
    return new ComposeException(
        new Trouble(kind, one.service.name(), why, one.lines.all(), tip, false));
  }

  private void followLogs() throws IOException {
    for (Started one : started.values()) {
      follow(one);
    }
  }

  private void follow(Started one) throws IOException {
    for (byte[] part = one.log.more(); part.length > 0; part = one.log.more()) {
      String text = new String(part, StandardCharsets.UTF_8);
      one.lines.add(text);
      if (started.containsValue(one)) {
        listener.log(one.service, text);
      }
    }
  }
}
