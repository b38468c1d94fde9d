package dev.larder.engine.compose;

import dev.larder.engine.service.Health;
import dev.larder.engine.service.Phase;
import dev.larder.engine.service.RunnableImage;
import dev.larder.engine.service.ServiceLog;
import dev.larder.engine.service.ServiceSpec;
import dev.larder.engine.service.ServiceStatus;
import dev.larder.engine.service.Services;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeSet;

/**
 * Builds the services of a project and runs what was built.
 *
 * <p>All images come first: a build that fails leaves all services as they are. Then services start
 * in the order in which they depend on each other; one that runs already from the same image with
 * the same settings is left alone. At the end each one that was started is well, or the failure
 * says what it wrote.
 *
 * @param <X> what a builder fails with
 */
public final class Rebuild<X extends Exception> {
  private static final Duration PAUSE = Duration.ofMillis(25);

  /** How long a service without a health check has to run before it counts as well. */
  private static final Duration MOMENT = Duration.ofSeconds(1);

  /** A service that its policy starts again this often does not come up by itself. */
  private static final int TOO_OFTEN = 3;

  private static final int LAST_LINES = 20;

  private final Project project;
  private final Builder<X> builder;
  private final Services services;
  private final Listener listener;
  private final Duration waitTimeout;
  private final SequencedMap<String, Started> started = new LinkedHashMap<>();

  /**
   * Makes images.
   *
   * @param <X> what it fails with
   */
  public interface Builder<X extends Exception> {
    /** Builds a service that says how. */
    RunnableImage build(Project project, Service service, Build build)
        throws X, ComposeException, IOException, InterruptedException;

    /** Finds the image of a service that is not built, or pulls it. */
    RunnableImage find(Project project, Service service, String image)
        throws X, ComposeException, IOException, InterruptedException;
  }

  /** Is told what happens, by the thread that rebuilds. */
  public interface Listener {
    void building(Service service);

    void built(Service service, RunnableImage image, Duration took);

    /** It runs already as it should. */
    void unchanged(Service service);

    /**
     * It is started.
     *
     * @param replaces whether a container of it was stopped
     */
    void starting(Service service, boolean replaces);

    /** It wrote this. */
    void log(Service service, String text);

    /** It is well. */
    void ready(Service service, Duration took);
  }

  /** What was done about a service. */
  public enum Action {
    UNCHANGED,
    STARTED,
    REPLACED
  }

  /**
   * What became of a service.
   *
   * @param service its name
   * @param image the image that it runs
   * @param action what was done
   * @param build how long its image took
   * @param start from its start until it was well; zero if it was left alone
   * @param status how it is
   */
  public record Outcome(
      String service,
      RunnableImage image,
      Action action,
      Duration build,
      Duration start,
      ServiceStatus status) {}

  /**
   * What a rebuild came to.
   *
   * @param services all of them, in the order of their start
   * @param build how long all images took
   * @param start how long it took from then on until all were well
   */
  public record Result(List<Outcome> services, Duration build, Duration start) {
    public Result {
      services = List.copyOf(services);
    }
  }

  private record Image(RunnableImage image, Duration took) {}

  /** A service that this rebuild started. */
  private static final class Started {
    private final Service service;
    private final ServiceLog log;
    private final long begin = System.nanoTime();
    private final Lines lines = new Lines();
    private Optional<Duration> ready = Optional.empty();

    Started(Service service, ServiceLog log) {
      this.service = service;
      this.log = log;
    }

    Duration elapsed() {
      return Duration.ofNanos(System.nanoTime() - begin);
    }
  }

  /**
   * @param waitTimeout how long one service may take until it is well
   */
  public Rebuild(
      Project project,
      Builder<X> builder,
      Services services,
      Listener listener,
      Duration waitTimeout) {
    this.project = project;
    this.builder = builder;
    this.services = services;
    this.listener = listener;
    this.waitTimeout = waitTimeout;
  }

  /**
   * Rebuilds services and what they depend on.
   *
   * @param wanted their names; none means all that belong to no profile, or to an active one
   * @param profiles the active profiles
   * @throws ComposeException if a service is unknown, ends at once or never becomes well
   */
  public Result run(Collection<String> wanted, Set<String> profiles)
      throws X, ComposeException, IOException, InterruptedException {
    List<Service> order =
        StartOrder.of(project.services(), wanted.isEmpty() ? active(profiles) : wanted);
    long begin = System.nanoTime();
    Map<String, Image> images = new LinkedHashMap<>();
    for (Service service : order) {
      images.put(service.name(), image(service, images, order));
    }
    long built = System.nanoTime();
    Map<String, Action> actions = new LinkedHashMap<>();
    for (Service service : order) {
      awaitDependencies(service);
      Image image = images.get(service.name());
      if (image != null) {
        actions.put(service.name(), start(service, image.image()));
      }
    }
    Set<String> jobs = jobs(order);
    for (Started one : started.values()) {
      await(one, jobs.contains(one.service.name()) ? Service.Condition.COMPLETED : healthy(one));
    }
    long end = System.nanoTime();
    List<Outcome> outcomes = new ArrayList<>();
    for (Service service : order) {
      Image image = images.get(service.name());
      Action action = actions.get(service.name());
      if (image != null && action != null) {
        outcomes.add(outcome(service, image, action));
      }
    }
    return new Result(outcomes, Duration.ofNanos(built - begin), Duration.ofNanos(end - built));
  }

  private static Service.Condition healthy(Started one) {
    return one.ready.isPresent() ? Service.Condition.STARTED : Service.Condition.HEALTHY;
  }

  private Outcome outcome(Service service, Image image, Action action) throws IOException {
    Started one = started.get(service.name());
    Duration start = one == null ? Duration.ZERO : one.ready.orElse(Duration.ZERO);
    ServiceStatus status = services.find(project.name(), service.name()).orElseThrow();
    return new Outcome(service.name(), image.image(), action, image.took(), start, status);
  }

  private List<String> active(Set<String> profiles) {
    return project.services().values().stream()
        .filter(s -> s.profiles().isEmpty() || s.profiles().stream().anyMatch(profiles::contains))
        .map(Service::name)
        .toList();
  }

  /** Services that others wait for the end of. */
  private static Set<String> jobs(List<Service> order) {
    Set<String> jobs = new TreeSet<>();
    for (Service service : order) {
      service
          .dependsOn()
          .forEach(
              (name, condition) -> {
                if (condition == Service.Condition.COMPLETED) {
                  jobs.add(name);
                }
              });
    }
    return jobs;
  }

  /** Equal builds run once. */
  private Image image(Service service, Map<String, Image> made, List<Service> order)
      throws X, ComposeException, IOException, InterruptedException {
    for (Service other : order) {
      Image same = made.get(other.name());
      if (same != null
          && service.build().isPresent()
          && other.build().equals(service.build())
          && other.image().equals(service.image())
          && service.image().isPresent()) {
        return new Image(same.image(), Duration.ZERO);
      }
    }
    long begin = System.nanoTime();
    RunnableImage image;
    if (service.build().isPresent()) {
      listener.building(service);
      image = builder.build(project, service, service.build().get());
    } else {
      image = builder.find(project, service, ServiceSpecs.imageName(project, service));
    }
    Duration took = Duration.ofNanos(System.nanoTime() - begin);
    if (service.build().isPresent()) {
      listener.built(service, image, took);
    }
    return new Image(image, took);
  }

  private Action start(Service service, RunnableImage image)
      throws ComposeException, IOException, InterruptedException {
    ServiceSpec spec = ServiceSpecs.of(project, service, image);
    Optional<ServiceStatus> before = services.find(project.name(), service.name());
    boolean runs = before.isPresent() && before.get().isRunning();
    if (before.isPresent() && before.get().runs(spec)) {
      listener.unchanged(service);
      return Action.UNCHANGED;
    }
    listener.starting(service, runs);
    services.start(spec);
    ServiceLog log = services.logSinceStart(project.name(), service.name());
    started.put(service.name(), new Started(service, log));
    return runs ? Action.REPLACED : Action.STARTED;
  }

  private void awaitDependencies(Service service)
      throws ComposeException, IOException, InterruptedException {
    for (Map.Entry<String, Service.Condition> entry : service.dependsOn().entrySet()) {
      Started one = started.get(entry.getKey());
      if (one != null) {
        await(one, entry.getValue());
      } else if (entry.getValue() == Service.Condition.HEALTHY) {
        awaitUnchanged(entry.getKey());
      }
    }
  }

  /** One that was left alone may still be on its way. */
  private void awaitUnchanged(String name)
      throws ComposeException, IOException, InterruptedException {
    Service service = project.services().get(name);
    if (service != null) {
      ServiceLog log = services.log(project.name(), name, LAST_LINES);
      await(new Started(service, log), Service.Condition.HEALTHY);
    }
  }

  private void await(Started one, Service.Condition condition)
      throws ComposeException, IOException, InterruptedException {
    while (!isMet(one, condition)) {
      if (one.elapsed().compareTo(waitTimeout) > 0) {
        throw failed(one, "not healthy after " + waitTimeout.toSeconds() + " s");
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
      throw failed(one, status.problem());
    }
    return switch (condition) {
      case STARTED -> true;
      case COMPLETED -> {
        if (ended && code != 0) {
          throw failed(one, "it ended with exit code " + code);
        }
        yield ended;
      }
      case HEALTHY -> {
        if (ended || status.restarts() >= TOO_OFTEN) {
          throw failed(one, "it ended with exit code " + code);
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
          throw failed(
              one,
              "it is unhealthy: its check failed "
                  + health.failures()
                  + " times"
                  + (health.output().isEmpty() ? "" : ", last with: " + health.output()));
    };
  }

  private ComposeException failed(Started one, String why) throws IOException {
    followLogs();
    follow(one);
    String name = one.service.name();
    List<String> last = one.lines.last();
    String lines =
        last.isEmpty() ? "; it wrote nothing" : "; its last lines:\n  " + String.join("\n  ", last);
    return new ComposeException(
        "start " + name + ": " + why + lines, "see all of it with: larder logs " + name);
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

  /** The last lines of a text that comes in pieces. */
  private static final class Lines {
    private String kept = "";

    void add(String text) {
      kept = String.join("\n", last(kept + text)) + (text.endsWith("\n") ? "\n" : "");
    }

    List<String> last() {
      return last(kept);
    }

    private static List<String> last(String text) {
      List<String> lines = text.lines().toList();
      return lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size());
    }
  }
}
