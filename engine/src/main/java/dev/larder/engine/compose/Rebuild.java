package dev.larder.engine.compose;

import dev.larder.engine.service.Phase;
import dev.larder.engine.service.RunnableImage;
import dev.larder.engine.service.ServiceException;
import dev.larder.engine.service.ServiceSpec;
import dev.larder.engine.service.ServiceStatus;
import dev.larder.engine.service.Services;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
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
  private final Project project;
  private final Images<X> images;
  private final Services services;
  private final Listener listener;
  private final Options options;
  private final Launch launch;

  /** Which containers are made anew. */
  public enum Recreate {
    /** Those whose image or settings changed. */
    CHANGED,
    ALL,
    NONE
  }

  /** How far it goes. */
  public enum Until {
    /** Images are there. */
    BUILT,
    /** Containers are there, none of the new ones running. */
    CREATED,
    /** Containers run; what others depend on is as they want it. */
    STARTED,
    /** All are well. */
    WELL
  }

  /**
   * What the caller decides.
   *
   * @param until how far it goes
   * @param recreate which containers are made anew
   * @param dependencies whether services that the wanted ones depend on are looked at, too
   * @param rollback whether the container before comes back if the new one is not well
   * @param restarts whether a service is restarted if files changed that it sees through a bind
   *     mount
   * @param waitTimeout how long one service may take until it is well
   */
  public record Options(
      Until until,
      Recreate recreate,
      boolean dependencies,
      boolean rollback,
      boolean restarts,
      Duration waitTimeout) {
    /** What {@code rebuild} does unless it is told otherwise. */
    public static Options rebuild(Duration waitTimeout) {
      return new Options(Until.WELL, Recreate.CHANGED, true, true, true, waitTimeout);
    }
  }

  /**
   * Makes images.
   *
   * @param <X> what it fails with
   */
  public interface Builder<X extends Exception> {
    /** An image that is taken as it is, with nothing looked up and nothing built. */
    default Optional<RunnableImage> kept(Project project, Service service)
        throws ComposeException, IOException {
      return Optional.empty();
    }

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

    /** It is as it should be already. */
    void unchanged(Service service);

    /**
     * It is started.
     *
     * @param replaces whether a container of it was stopped
     */
    void starting(Service service, boolean replaces);

    /** It is started again as it is, since a file changed that it sees through a bind mount. */
    void restarting(Service service, Path file);

    /** Its container is there, and runs unless it was not to be started. */
    void started(Service service, boolean replaces);

    /** It is waited for, since another one depends on it. */
    void waiting(Service service);

    /** It wrote this. */
    void log(Service service, String text);

    /** It is well. */
    void ready(Service service, Duration took);
  }

  /** What was done about a service. */
  public enum Action {
    /** Its image is there, and nothing was started. */
    BUILT,
    UNCHANGED,
    /** Files changed that it sees through a bind mount. */
    RESTARTED,
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
   * @param status how it is; nothing if it was never started
   */
  public record Outcome(
      String service,
      RunnableImage image,
      Action action,
      Duration build,
      Duration start,
      Optional<ServiceStatus> status) {}

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

  public Rebuild(
      Project project, Builder<X> builder, Services services, Listener listener, Options options) {
    this.project = project;
    this.images = new Images<>(project, builder, listener);
    this.services = services;
    this.listener = listener;
    this.options = options;
    this.launch = new Launch(project, services, listener, options.waitTimeout());
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
    List<Service> order = order(wanted.isEmpty() ? project.active(profiles) : wanted);
    long begin = System.nanoTime();
    Map<String, Images.Made> made = images.of(order);
    long built = System.nanoTime();
    Map<String, Action> actions = new LinkedHashMap<>();
    try {
      if (options.until() != Until.BUILT) {
        for (Service service : order) {
          awaitDependencies(service);
          actions.put(service.name(), start(service, image(made, service)));
        }
      }
      if (options.until() == Until.WELL) {
        launch.awaitAll(jobs(order));
      }
    } catch (ComposeException e) {
      throw rolledBack(e, actions);
    }
    long end = System.nanoTime();
    for (String name : actions.keySet()) {
      services.settle(project.name(), name);
    }
    List<Outcome> outcomes = new ArrayList<>();
    for (Service service : order) {
      outcomes.add(outcome(service, made, actions.getOrDefault(service.name(), Action.BUILT)));
    }
    return new Result(outcomes, Duration.ofNanos(built - begin), Duration.ofNanos(end - built));
  }

  /**
   * Starts what a service depends on, waits until that is as the service wants it, and has the
   * service's image made.
   *
   * @throws ComposeException as {@link #run}
   */
  public RunnableImage prepare(Service service)
      throws X, ComposeException, IOException, InterruptedException {
    List<Service> order = order(List.of(service.name()));
    Map<String, Images.Made> made = images.of(order);
    for (Service other : order) {
      if (!other.name().equals(service.name())) {
        awaitDependencies(other);
        start(other, image(made, other));
        services.settle(project.name(), other.name());
      }
    }
    awaitDependencies(service);
    return image(made, service);
  }

  private List<Service> order(Collection<String> wanted) throws ComposeException {
    return StartOrder.of(project.services(), wanted).stream()
        .filter(service -> options.dependencies() || wanted.contains(service.name()))
        .toList();
  }

  private static RunnableImage image(Map<String, Images.Made> made, Service service) {
    return Objects.requireNonNull(made.get(service.name())).image();
  }

  private Outcome outcome(Service service, Map<String, Images.Made> made, Action action)
      throws IOException {
    Images.Made image = Objects.requireNonNull(made.get(service.name()));
    return new Outcome(
        service.name(),
        image.image(),
        action,
        image.took(),
        launch.ready(service.name()),
        services.find(project.name(), service.name()));
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

  private Action start(Service service, RunnableImage image)
      throws ComposeException, IOException, InterruptedException {
    ServiceSpec spec = ServiceSpecs.of(project, service, image);
    Optional<ServiceStatus> before = services.find(project.name(), service.name());
    boolean runs = before.isPresent() && before.get().isRunning();
    boolean same = before.isPresent() && isGood(before.get(), spec);
    if (same && (runs || options.until() == Until.CREATED)) {
      return keep(service, before.get());
    }
    boolean replaces = before.isPresent() && !same;
    listener.starting(service, replaces);
    try {
      if (options.until() == Until.CREATED) {
        services.create(spec);
      } else {
        if (same) {
          services.resume(project.name(), service.name());
        } else {
          services.start(spec);
        }
        launch.add(service);
      }
    } catch (ServiceException e) {
      ComposeException failure =
          Launch.notStarted(service, String.valueOf(e.getMessage()), e.hint().orElse(""));
      throw rolledBack(failure, Map.of(service.name(), runs ? Action.REPLACED : Action.STARTED));
    }
    listener.started(service, replaces);
    return runs ? Action.REPLACED : Action.STARTED;
  }

  private Action keep(Service service, ServiceStatus status)
      throws ComposeException, IOException, InterruptedException {
    Optional<Path> changed =
        options.restarts() && status.started().isPresent()
            ? Sources.boundSince(project, service, status.started().get())
            : Optional.empty();
    if (changed.isEmpty()) {
      listener.unchanged(service);
      return Action.UNCHANGED;
    }
    listener.restarting(service, changed.get());
    services.stop(project.name(), service.name());
    services.resume(project.name(), service.name());
    launch.add(service);
    listener.started(service, false);
    return Action.RESTARTED;
  }

  /** Whether a container may stay; one that could not be started is made anew. */
  private boolean isGood(ServiceStatus before, ServiceSpec spec) {
    return switch (options.recreate()) {
      case ALL -> false;
      case NONE -> before.phase() != Phase.FAILED;
      case CHANGED -> before.phase() != Phase.FAILED && before.isMadeOf(spec);
    };
  }

  private void awaitDependencies(Service service)
      throws ComposeException, IOException, InterruptedException {
    if (!options.dependencies() || options.until() == Until.CREATED) {
      return;
    }
    for (Map.Entry<String, Service.Condition> entry : service.dependsOn().entrySet()) {
      String name = entry.getKey();
      Service other = project.services().get(name);
      if (entry.getValue() != Service.Condition.STARTED && other != null) {
        listener.waiting(other);
      }
      if (launch.has(name)) {
        launch.await(name, entry.getValue());
      } else if (entry.getValue() == Service.Condition.HEALTHY && other != null) {
        launch.awaitHealthy(other);
      }
    }
  }

  /** Brings back what ran before the service in trouble. */
  private ComposeException rolledBack(ComposeException e, Map<String, Action> actions)
      throws IOException, InterruptedException {
    Optional<Trouble> trouble = e.trouble();
    if (!options.rollback() || trouble.isEmpty() || trouble.get().restored()) {
      return e;
    }
    String name = trouble.get().service();
    if (actions.get(name) != Action.REPLACED || !services.restore(project.name(), name)) {
      return e;
    }
    return new ComposeException(trouble.get().afterRestore());
  }
}
