package dev.larder.engine.service;

import dev.larder.engine.linux.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The services of this machine, from any process: what they are is in files, and each has a
 * supervisor that does what is asked of it.
 *
 * <p>Every look also notices a supervisor that died, and gives the service a new one.
 */
public final class Services {
  private static final Duration SLACK = Duration.ofSeconds(20);
  private static final int PAUSE_MILLIS = 10;
  private static final int TRIES = 3;
  private static final int KILLED = 128 + Processes.SIGKILL;

  private final Path home;
  private final List<String> supervise;
  private final String searchPath;
  private final Map<ServiceFolder, Process> coming = new HashMap<>();

  /**
   * @param home {@code LARDER_HOME}
   * @param supervise the command that ends up in {@link Supervisor#run}; the service's folder is
   *     added to it
   * @param searchPath where programs are looked for: {@code PATH}
   */
  public Services(Path home, List<String> supervise, String searchPath) {
    this.home = home.toAbsolutePath().normalize();
    this.supervise = List.copyOf(supervise);
    this.searchPath = searchPath;
  }

  private ServiceFolder folder(String project, String service) {
    ServiceFolder.checkName(project);
    ServiceFolder.checkName(service);
    return new ServiceFolder(home, project, service);
  }

  /** All services that are known, by project and name. */
  public List<ServiceStatus> list() throws IOException {
    List<ServiceStatus> all = new ArrayList<>();
    for (ServiceFolder folder : ServiceFolder.list(home)) {
      find(folder.project(), folder.service()).ifPresent(all::add);
    }
    return all;
  }

  /** One service; nothing if it was never started. */
  public Optional<ServiceStatus> find(String project, String service) throws IOException {
    ServiceFolder folder = folder(project, service);
    Optional<ServiceSpec> spec = folder.spec();
    if (spec.isEmpty()) {
      return Optional.empty();
    }
    ServiceState state = folder.state();
    if (folder.isWanted() && state.phase().isActive() && folder.supervisor().isEmpty()) {
      replace(folder);
    }
    return Optional.of(ServiceStatus.of(spec.get(), state, folder.created()));
  }

  /** Gives a service a new supervisor, unless one is on its way. */
  private void replace(ServiceFolder folder) throws IOException {
    synchronized (coming) {
      Process earlier = coming.get(folder);
      if (earlier == null || !earlier.isAlive()) {
        coming.put(folder, spawn(folder));
      }
    }
  }

  /**
   * Starts a service with a new container; a container that it had is stopped and its changes are
   * dropped. Returns when the new one runs.
   *
   * @throws ServiceException if it can't be started
   */
  public ServiceStatus start(ServiceSpec spec) throws IOException, InterruptedException {
    requireAbility();
    ServiceFolder folder = folder(spec.project(), spec.service());
    Files.createDirectories(folder.path());
    try (FileLock _ = FileLock.take(folder.file("start.lock"))) {
      renew(folder, spec);
      return begin(folder);
    }
  }

  /** Makes a service's container without starting it: {@link #resume} does. */
  public ServiceStatus create(ServiceSpec spec) throws IOException, InterruptedException {
    ServiceFolder folder = folder(spec.project(), spec.service());
    Files.createDirectories(folder.path());
    try (FileLock _ = FileLock.take(folder.file("start.lock"))) {
      renew(folder, spec);
      folder.write(ServiceState.NEW.withPhase(Phase.STOPPED));
      return ServiceStatus.of(spec, folder.state(), folder.created());
    }
  }

  private void renew(ServiceFolder folder, ServiceSpec spec)
      throws IOException, InterruptedException {
    boolean ran = stopHeld(folder);
    Path previous = folder.previous();
    Programs.run("rm", "-rf", previous.toString());
    if (ran) {
      Files.createDirectories(previous);
      Files.copy(folder.file("spec.json"), previous.resolve("spec.json"));
      moveIfThere(folder.changes(), previous.resolve("rw"));
    }
    Programs.run("rm", "-rf", folder.changes().toString());
    moveIfThere(folder.log(), folder.previousLog());
    moveIfThere(ServiceLog.times(folder.log()), ServiceLog.times(folder.previousLog()));
    folder.write(spec);
  }

  private static void moveIfThere(Path from, Path to) throws IOException {
    if (Files.exists(from)) {
      Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private static void swap(Path one, Path other) throws IOException {
    Path aside = one.resolveSibling(one.getFileName() + ".aside");
    moveIfThere(one, aside);
    moveIfThere(other, one);
    moveIfThere(aside, other);
  }

  /**
   * Takes a service back to the container that {@link #start} stopped, with that one's files, and
   * starts it.
   *
   * @return whether there was one; if not, nothing is done
   * @throws ServiceException if it can't be started any more
   */
  public boolean restore(String project, String service) throws IOException, InterruptedException {
    ServiceFolder folder = folder(project, service);
    Path previous = folder.previous();
    if (!Files.exists(previous.resolve("spec.json"))) {
      return false;
    }
    try (FileLock _ = FileLock.take(folder.file("start.lock"))) {
      stopHeld(folder);
      Programs.run("rm", "-rf", folder.changes().toString());
      moveIfThere(previous.resolve("rw"), folder.changes());
      swap(folder.log(), folder.previousLog());
      swap(ServiceLog.times(folder.log()), ServiceLog.times(folder.previousLog()));
      Files.move(
          previous.resolve("spec.json"),
          folder.file("spec.json"),
          StandardCopyOption.REPLACE_EXISTING);
      Programs.run("rm", "-rf", previous.toString());
      begin(folder);
      return true;
    }
  }

  /** Lets go of the container that {@link #start} stopped: the new one is as it should be. */
  public void settle(String project, String service) throws IOException, InterruptedException {
    Programs.run("rm", "-rf", folder(project, service).previous().toString());
  }

  /**
   * Starts a service again that was stopped or has ended, with the container's files as it left
   * them. One that runs is left alone.
   *
   * @throws ServiceException if it was never started, or can't be
   */
  public ServiceStatus resume(String project, String service)
      throws IOException, InterruptedException {
    requireAbility();
    ServiceFolder folder = known(project, service, "start");
    try (FileLock _ = FileLock.take(folder.file("start.lock"))) {
      return folder.isWanted() && folder.state().phase().isActive()
          ? find(project, service).orElseThrow()
          : begin(folder);
    }
  }

  private ServiceFolder known(String project, String service, String doing) throws IOException {
    ServiceFolder folder = folder(project, service);
    if (folder.spec().isEmpty()) {
      throw new ServiceException(
          doing + " " + service + ": project " + project + " has no such service that was started",
          "start it with: larder rebuild " + service);
    }
    return folder;
  }

  private void requireAbility() throws IOException {
    if (Processes.uid() != 0) {
      throw new ServiceException(
          "start services: only root can make their networks as yet", "run it as root");
    }
    for (String[] program :
        new String[][] {
          {"crun", "crun"},
          {"setsid", "util-linux"},
          {"unshare", "util-linux"},
          {"nsenter", "util-linux"},
          {"ip", "iproute2"}
        }) {
      if (!Programs.has(program[0], searchPath)) {
        throw new ServiceException(
            "start services: the program " + program[0] + " is missing",
            "install the package " + program[1]);
      }
    }
  }

  private ServiceStatus begin(ServiceFolder folder) throws IOException, InterruptedException {
    folder.write(folder.state().withPhase(Phase.STARTING).withRestarts(0).failedNever());
    folder.want(true);
    Files.deleteIfExists(folder.file("grace"));
    Process process = spawn(folder);
    ServiceState state = folder.state();
    while (state.phase() == Phase.STARTING && process.isAlive()) {
      Thread.sleep(PAUSE_MILLIS);
      state = folder.state();
    }
    state = folder.state();
    String name = folder.service();
    return switch (state.phase()) {
      case RUNNING, RESTARTING, EXITED, STOPPED ->
          ServiceStatus.of(folder.spec().orElseThrow(), state, folder.created());
      case FAILED -> {
        folder.want(false);
        throw new ServiceException(state.problem(), state.hint());
      }
      case STARTING ->
          throw new ServiceException(
              "start " + name + ": its supervisor ended: " + folder.lastOfSupervisor(5),
              "see " + folder.supervisorLog());
    };
  }

  /**
   * The supervisor's session and mount namespace are its own: it survives whoever started it, and
   * what it mounts nobody else sees.
   */
  private Process spawn(ServiceFolder folder) throws IOException {
    return supervisor(folder, List.of("setsid"))
        .redirectInput(Path.of("/dev/null").toFile())
        .redirectOutput(folder.supervisorLog().toFile())
        .redirectErrorStream(true)
        .start();
  }

  private ProcessBuilder supervisor(ServiceFolder folder, List<String> prefix) {
    List<String> command = new ArrayList<>(prefix);
    command.addAll(List.of("unshare", "-m", "--propagation", "private"));
    command.addAll(supervise);
    command.add(folder.path().toString());
    return new ProcessBuilder(command).directory(folder.path().toFile());
  }

  /**
   * Runs a new container in the foreground until it ends: its input and output are those of this
   * process.
   *
   * @param terminal whether it gets a terminal of its own, shown on this process's
   * @return its exit status
   * @throws ServiceException if it can't be started
   */
  public int runAttached(ServiceSpec spec, boolean terminal)
      throws IOException, InterruptedException {
    requireAbility();
    ServiceFolder folder = folder(spec.project(), spec.service());
    Files.createDirectories(folder.path());
    Process process;
    try (FileLock _ = FileLock.take(folder.file("start.lock"))) {
      renew(folder, spec);
      folder.writeAttachment(
          terminal ? ServiceFolder.Attachment.TERMINAL : ServiceFolder.Attachment.STREAMS);
      folder.write(ServiceState.NEW);
      folder.want(true);
      // In this session: the container's end of the terminal has to be this process's.
      process = supervisor(folder, List.of()).inheritIO().start();
    }
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      process.destroy();
      process.waitFor();
      throw e;
    }
    folder.want(false);
    Files.deleteIfExists(folder.file("attached"));
    ServiceState state = folder.state();
    if (state.phase() == Phase.FAILED) {
      throw new ServiceException(state.problem(), state.hint());
    }
    return state.exitCode().orElse(KILLED);
  }

  /**
   * Prepares a process in a container that runs.
   *
   * @throws ServiceException if it does not run, or has no such user
   */
  public ExecProcess exec(String project, String service, ExecRequest request) throws IOException {
    ServiceFolder folder = known(project, service, "run a command in");
    Optional<ProcessName> first = folder.state().container();
    if (folder.state().phase() != Phase.RUNNING || first.isEmpty()) {
      throw new ServiceException(
          "run a command in " + service + ": it does not run",
          "start it with: larder start " + service);
    }
    Path root = Path.of("/proc", Long.toString(first.get().pid()), "root");
    return ExecProcess.of(folder, folder.spec().orElseThrow(), request, root);
  }

  /**
   * Stops a service: its stop signal, and SIGKILL after its grace. Nothing of it is left but its
   * files and volumes.
   *
   * @return whether it ran
   * @throws ServiceException if it was never started
   */
  public boolean stop(String project, String service) throws IOException, InterruptedException {
    return stop(project, service, Optional.empty());
  }

  /**
   * Stops a service, as {@link #stop(String, String)} does.
   *
   * @param grace how long it may take before it is killed; nothing is what its spec says
   */
  public boolean stop(String project, String service, Optional<Duration> grace)
      throws IOException, InterruptedException {
    ServiceFolder folder = known(project, service, "stop");
    try (FileLock _ = FileLock.take(folder.file("start.lock"))) {
      if (grace.isPresent()) {
        folder.writeGrace(grace.get());
      }
      return stopHeld(folder);
    }
  }

  private boolean stopHeld(ServiceFolder folder) throws IOException, InterruptedException {
    Optional<ServiceSpec> spec = folder.spec();
    if (spec.isEmpty() || !folder.state().phase().isActive()) {
      folder.want(false);
      awaitEnd(folder, SLACK);
      return false;
    }
    folder.want(false);
    Duration most = folder.grace().orElse(spec.get().stopGrace()).plus(SLACK);
    for (int i = 0; i < TRIES && folder.state().phase().isActive(); i++) {
      Optional<ProcessName> supervisor = supervisor(folder);
      if (supervisor.isPresent()) {
        supervisor.get().signal(Processes.SIGTERM);
      }
      awaitEnd(folder, most);
    }
    if (folder.state().phase().isActive()) {
      throw new ServiceException(
          "stop " + folder.service() + ": its supervisor does not",
          "see " + folder.supervisorLog());
    }
    return true;
  }

  /**
   * The supervisor; a new one where the old one died, since it alone knows how to clear away.
   * Nothing if it had little to do and has done it.
   */
  private Optional<ProcessName> supervisor(ServiceFolder folder)
      throws IOException, InterruptedException {
    Optional<ProcessName> supervisor = folder.supervisor();
    if (supervisor.isPresent()) {
      return supervisor;
    }
    Process process = spawn(folder);
    while (supervisor.isEmpty() && process.isAlive()) {
      Thread.sleep(PAUSE_MILLIS);
      supervisor = folder.supervisor();
    }
    return supervisor;
  }

  private static void awaitEnd(ServiceFolder folder, Duration most)
      throws IOException, InterruptedException {
    long end = System.nanoTime() + most.toNanos();
    Optional<ProcessName> supervisor = folder.supervisor();
    while (supervisor.isPresent() && System.nanoTime() < end) {
      Thread.sleep(PAUSE_MILLIS);
      supervisor = folder.supervisor();
    }
    if (supervisor.isPresent()) {
      supervisor.get().signal(Processes.SIGKILL);
    }
  }

  /**
   * Stops a service and forgets it; volumes stay.
   *
   * @throws ServiceException if it was never started
   */
  public void remove(String project, String service) throws IOException, InterruptedException {
    stop(project, service);
    network(project).forget(service);
    Programs.run("rm", "-rf", folder(project, service).path().toString());
  }

  private ProjectNetwork network(String project) {
    return new ProjectNetwork(home, project, searchPath);
  }

  /**
   * Forgets a project's network, and the addresses of its services.
   *
   * @return whether there was one
   * @throws ServiceException if a service is on it
   */
  public boolean removeNetwork(String project) throws IOException, InterruptedException {
    ServiceFolder.checkName(project);
    return network(project).remove();
  }

  /** The volumes that a service's container has, by their names on this machine. */
  public List<String> volumes(String project, String service) throws IOException {
    return folder(project, service).spec().map(ServiceSpec::mounts).orElse(List.of()).stream()
        .flatMap(mount -> mount instanceof Mount.Volume v ? Stream.of(v.name()) : Stream.empty())
        .toList();
  }

  /**
   * Removes a volume with its data.
   *
   * @return whether there was one
   * @throws ServiceException if a service's container has it, running or not
   */
  public boolean removeVolume(String name) throws IOException, InterruptedException {
    for (ServiceStatus status : list()) {
      if (volumes(status.project(), status.service()).contains(name)) {
        throw new ServiceException(
            "remove volume " + name + ": it is in use by " + status.containerName(),
            "remove that first: larder down in its project");
      }
    }
    return new Volumes(home).remove(name);
  }

  /**
   * What a service writes.
   *
   * @param lines how many of the last ones to begin with; negative is all
   * @throws ServiceException if it was never started
   */
  public ServiceLog log(String project, String service, int lines) throws IOException {
    return ServiceLog.tail(known(project, service, "read the log of").log(), lines);
  }

  /** What a service's present container writes, from its start on. */
  public ServiceLog logSinceStart(String project, String service) throws IOException {
    ServiceFolder folder = known(project, service, "read the log of");
    return ServiceLog.from(folder.log(), folder.state().logStart());
  }
}
