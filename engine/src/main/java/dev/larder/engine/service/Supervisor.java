package dev.larder.engine.service;

import dev.larder.engine.exec.Network.At;
import dev.larder.engine.exec.Network.Host;
import dev.larder.engine.exec.Network.None;
import dev.larder.engine.exec.NetworkNamespace;
import dev.larder.engine.linux.Mounts;
import dev.larder.engine.linux.Processes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The process that looks after one service: starts its container, publishes its ports, asks for its
 * health, starts it again as its policy says, and clears away after it.
 *
 * <p>It is started in a session and a mount namespace of its own. If it dies, the container runs
 * on, and the next supervisor takes it over: all that it needs is in the service's folder. SIGTERM
 * stops the service.
 */
public final class Supervisor {
  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);
  private static final Duration RAN_WELL = Duration.ofSeconds(10);

  private static final int TRIES = 50;
  private static final int PAUSE_MILLIS = 20;
  private static final int KILLED = 128 + Processes.SIGKILL;

  private final ServiceFolder folder;
  private final ServiceSpec spec;
  private final Roots roots;
  private final InstantSource clock;
  private final ProjectNetwork network;
  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private final CountDownLatch done = new CountDownLatch(1);
  private final List<PortForwarder> ports = new ArrayList<>();
  private ServiceState state;
  private @Nullable Container container;
  private @Nullable HealthLoop health;
  private Duration pause = FIRST_PAUSE;
  private boolean prepared;
  private String gateway = "127.0.0.1";

  /** What the supervisor waits for. */
  private sealed interface Event {
    record Stop() implements Event {}

    record Ended(int status) implements Event {}

    record Again() implements Event {}
  }

  private Supervisor(
      ServiceFolder folder, ServiceSpec spec, Roots roots, InstantSource clock, String searchPath)
      throws IOException {
    this.folder = folder;
    this.spec = spec;
    this.roots = roots;
    this.clock = clock;
    this.network = new ProjectNetwork(folder.home(), folder.project(), searchPath);
    this.state = folder.state();
  }

  /**
   * Looks after a service until it ends or is stopped.
   *
   * @param path the service's folder
   * @param roots mounts its root; called after the inherited mounts are gone
   * @param environment of this process, for {@code PATH}
   * @return the exit status of this process: 1 if the service could not be started
   */
  public static int run(
      Path path, Roots roots, InstantSource clock, Map<String, String> environment)
      throws IOException, InterruptedException {
    ServiceFolder folder = ServiceFolder.at(path);
    Path file = folder.file("supervisor.lock");
    Optional<FileLock> lock = FileLock.tryTake(file);
    for (int i = 0; i < TRIES && lock.isEmpty(); i++) {
      Thread.sleep(PAUSE_MILLIS); // one that has nothing to do lets go of it soon
      lock = FileLock.tryTake(file);
    }
    if (lock.isEmpty()) {
      return 0; // another one does
    }
    try (FileLock _ = lock.get()) {
      InheritedMounts.drop(folder.home());
      Cgroups.coverHybrid();
      ServiceSpec spec =
          folder.spec().orElseThrow(() -> new IOException("supervise " + path + ": no spec.json"));
      Supervisor supervisor =
          new Supervisor(folder, spec, roots, clock, environment.getOrDefault("PATH", ""));
      Runtime.getRuntime().addShutdownHook(new Thread(supervisor::stopAndWait, "larder-stop"));
      ProcessName self =
          ProcessName.of(ProcessHandle.current().pid())
              .orElseThrow(() -> new IOException("find this process in /proc"));
      folder.writeSupervisor(self);
      return supervisor.supervise();
    }
  }

  private void stopAndWait() {
    events.add(new Event.Stop());
    boolean interrupted = false;
    while (done.getCount() > 0) {
      try {
        done.await();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private int supervise() throws InterruptedException {
    try (LogClock _ = LogClock.start(folder.log(), ServiceLog.times(folder.log()), clock)) {
      if (begin()) {
        loop();
      }
      return 0;
    } catch (IOException | UncheckedIOException | IllegalArgumentException e) {
      fail(e);
      return 1;
    } finally {
      done.countDown();
    }
  }

  private void fail(Exception problem) throws InterruptedException {
    String hint = problem instanceof ServiceException known ? known.hint().orElse("") : "";
    try {
      Container running = container;
      if (running != null) {
        running.first().signal(Processes.SIGKILL);
      }
      clearAway();
      update(s -> s.failed(String.valueOf(problem.getMessage()), hint));
    } catch (IOException e) {
      System.getLogger(Supervisor.class.getName()).log(System.Logger.Level.ERROR, "clear away", e);
    }
  }

  private synchronized void update(UnaryOperator<ServiceState> change) throws IOException {
    state = change.apply(state);
    folder.write(state);
  }

  /**
   * Finds out what is to be done; whether there is anything to wait for.
   *
   * <p>Several commands may each have started a supervisor: one that comes late finds a service
   * that was stopped or has ended meanwhile, and leaves it so.
   */
  private boolean begin() throws IOException, InterruptedException {
    Optional<Container> left =
        state.container().isPresent() && state.monitor().isPresent()
            ? Optional.of(
                new Container(
                    folder, state.container().orElseThrow(), state.monitor().orElseThrow()))
            : Optional.empty();
    if (!state.phase().isActive()) {
      return false;
    }
    if (left.isPresent() && left.get().isAlive()) {
      adopt(left.get());
    } else if (!folder.isWanted()) {
      clearAway();
      int code = Container.exitStatus(folder).orElse(KILLED);
      update(s -> s.ended(Phase.STOPPED, code, clock.instant()));
      return false;
    } else if (left.isPresent()) {
      events.add(new Event.Ended(Container.exitStatus(folder).orElse(KILLED)));
    } else {
      start();
    }
    return true;
  }

  /** Takes over a container whose supervisor died: its mounts live on in its own namespace. */
  private void adopt(Container running) throws IOException, InterruptedException {
    container = running;
    if (spec.network() == Network.PROJECT) {
      NetworkNamespace.adopt(folder.file("netns"), running.first().pid());
      network.refresh();
      publish(state.address());
    }
    // The root stays as it is until a restart: the same changes must not be mounted twice.
    watch(running);
  }

  private void start() throws IOException, InterruptedException {
    if (!prepared) {
      clearAway(); // of a container that was taken over: its root and network went with it
      prepare();
    }
    new ContainerBundle(folder, spec).write(networkOf(), hosts(), resolvers());
    if (spec.network() == Network.PROJECT) {
      network.refresh();
    }
    long log = Files.exists(folder.log()) ? Files.size(folder.log()) : 0;
    Container started;
    try {
      started = Container.start(folder);
    } catch (IOException e) {
      throw new ServiceException(
          "start "
              + spec.service()
              + " (\""
              + String.join(" ", spec.argv())
              + "\"): "
              + e.getMessage(),
          "");
    }
    container = started;
    Health.Status status = spec.health().isPresent() ? Health.Status.STARTING : Health.Status.NONE;
    Health unknown = new Health(status, 0, java.util.OptionalInt.empty(), "");
    update(s -> s.with(unknown).running(started.first(), started.monitor(), clock.instant(), log));
    watch(started);
  }

  private void prepare() throws IOException, InterruptedException {
    if (spec.network() == Network.PROJECT) {
      Path namespace = folder.file("netns");
      NetworkNamespace.create(namespace);
      List<String> names = new ArrayList<>(List.of(spec.service()));
      names.addAll(spec.aliases());
      if (!names.contains(spec.containerName())) {
        names.add(spec.containerName());
      }
      ProjectNetwork.Place place =
          network.attach(spec.service(), names, namespace, folder.bundle().resolve("hosts"));
      gateway = place.gateway();
      publish(place.address());
      update(s -> s.at(place.address(), published(), place.notes()));
    }
    Files.createDirectories(folder.root());
    roots.mount(spec.layers(), folder.changes(), folder.root());
    prepared = true;
  }

  private void publish(String address) throws IOException {
    for (Port port : spec.ports()) {
      ports.add(PortForwarder.open(spec.service(), chosen(port), address));
    }
  }

  /** A port that was chosen before stays the same one. */
  private Port chosen(Port port) {
    return port.host() != 0
        ? port
        : state.ports().stream()
            .filter(p -> p.container() == port.container() && p.address().equals(port.address()))
            .findFirst()
            .orElse(port);
  }

  private List<Port> published() {
    return ports.stream().map(PortForwarder::port).toList();
  }

  private dev.larder.engine.exec.Network networkOf() {
    return switch (spec.network()) {
      case PROJECT -> new At(folder.file("netns"));
      case HOST -> new Host();
      case NONE -> new None();
    };
  }

  private String hosts() {
    return HostsText.own(spec.hostname(), state.address(), gateway, spec.extraHosts());
  }

  private String resolvers() throws IOException {
    Path etc = Path.of("/etc");
    Path own = etc.resolve("resolv.conf");
    return spec.network() == Network.HOST && Files.exists(own)
        ? Files.readString(own)
        : Resolvers.read(etc);
  }

  private void watch(Container running) throws IOException {
    running.watch(status -> events.add(new Event.Ended(status)));
    if (spec.health().isPresent()) {
      HealthCheck check = spec.health().get();
      ContainerBundle.writeProbe(folder, check.test());
      health =
          HealthLoop.start(
              check, Container.probe(folder), folder.file("probe.out"), this::tellHealth);
    }
  }

  private void tellHealth(Health now) {
    try {
      update(s -> s.phase() == Phase.RUNNING ? s.with(now) : s);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void loop() throws IOException, InterruptedException {
    while (true) {
      switch (events.take()) {
        case Event.Stop() -> {
          stop();
          return;
        }
        case Event.Ended(int status) -> {
          if (!ended(status)) {
            return;
          }
        }
        case Event.Again() -> start();
      }
    }
  }

  /** Whether it goes on: a container that ended is started again after a while, or stays so. */
  private boolean ended(int status) throws IOException, InterruptedException {
    stopHealth();
    container = null;
    Container.clear(folder);
    Optional<String> complaint = Container.complaint(folder);
    if (status != 0 && complaint.isPresent()) {
      throw new ServiceException(
          "start "
              + spec.service()
              + " (\""
              + String.join(" ", spec.argv())
              + "\"): "
              + complaint.get(),
          "");
    }
    Instant now = clock.instant();
    boolean ranWell =
        state.started().map(s -> Duration.between(s, now).compareTo(RAN_WELL) > 0).orElse(false);
    int restarts = ranWell ? 0 : state.restarts();
    pause = ranWell ? FIRST_PAUSE : pause;
    if (!folder.isWanted() || !spec.restart().restarts(status, restarts)) {
      update(s -> s.ended(Phase.EXITED, status, now));
      clearAway();
      return false;
    }
    update(s -> s.ended(Phase.RESTARTING, status, now).withRestarts(restarts + 1));
    Duration wait = pause;
    pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : pause;
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                Thread.sleep(wait);
                events.add(new Event.Again());
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    return true;
  }

  private void stop() throws IOException, InterruptedException {
    stopHealth();
    int status = 0;
    Container running = container;
    if (running != null) {
      running.first().signal(spec.stopSignal());
      long end = System.nanoTime() + folder.grace().orElse(spec.stopGrace()).toNanos();
      Event event = null;
      while (!(event instanceof Event.Ended) && System.nanoTime() < end) {
        event = events.poll(end - System.nanoTime(), java.util.concurrent.TimeUnit.NANOSECONDS);
      }
      if (!(event instanceof Event.Ended)) {
        running.first().signal(Processes.SIGKILL);
        while (!(event instanceof Event.Ended)) {
          event = events.take();
        }
      }
      status = event instanceof Event.Ended(int s) ? s : status;
      container = null;
    }
    int code = running == null ? state.exitCode().orElse(0) : status;
    Phase next = folder.isWanted() ? Phase.RESTARTING : Phase.STOPPED;
    clearAway();
    update(s -> s.ended(next, code, clock.instant()));
  }

  private void stopHealth() throws InterruptedException {
    HealthLoop running = health;
    if (running != null) {
      health = null;
      running.stop();
    }
  }

  private void clearAway() throws IOException, InterruptedException {
    stopHealth();
    for (PortForwarder port : ports) {
      port.close();
    }
    ports.clear();
    Container.clear(folder);
    if (spec.network() == Network.PROJECT) {
      network.detach(spec.service());
      unmount(folder.file("netns"));
    }
    unmount(folder.root());
  }

  private static void unmount(Path point) throws IOException {
    String mounts = Files.readString(Path.of("/proc/self/mountinfo"));
    if (mounts.contains(" " + point + " ")) {
      Mounts.unmount(point.toString(), Mounts.DETACH);
    }
  }
}
