package dev.larder.engine.exec;

import dev.larder.engine.linux.Errno;
import dev.larder.engine.linux.InRoot;
import dev.larder.engine.linux.Inodes;
import dev.larder.engine.linux.Mounts;
import dev.larder.engine.linux.Processes;
import dev.larder.engine.linux.Trees;
import dev.larder.engine.mount.Attachment;
import dev.larder.engine.trust.HostTrust;
import dev.larder.engine.trust.StepTrust;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * Runs steps. Whatever happens to the engine, kill -9 included, leaves no process and no mount of a
 * step.
 *
 * <p>It mounts, so it must be opened in a mount namespace that is the engine's own. What it keeps
 * while open is in memory: a file system mounted below the given folder that nobody else sees.
 */
public final class StepRunner implements AutoCloseable {
  private static final AtomicLong OPENED = new AtomicLong();
  private static final Path CGROUPS = Path.of("/sys/fs/cgroup");

  private final Path memory;
  private final String searchPath;
  private final Spawner spawner = new Spawner();
  private final AtomicLong count = new AtomicLong();

  private StepRunner(Path memory, String searchPath) {
    this.memory = memory;
    this.searchPath = searchPath;
  }

  /**
   * Opens one.
   *
   * @param folder for mount points; made where it is missing
   * @param environment the engine's own, of which {@code PATH} finds the programs
   * @throws IOException if a program is missing or a mount fails
   */
  public static StepRunner open(Path folder, Map<String, String> environment) throws IOException {
    String searchPath = environment.getOrDefault("PATH", ContainerSpec.DEFAULT_PATH);
    requireProgram("crun", "crun", searchPath);
    requireProgram("setpriv", "util-linux", searchPath);
    requireProgram("unshare", "util-linux", searchPath);
    Files.createDirectories(folder);
    removeDead(folder);
    long pid = ProcessHandle.current().pid();
    OptionalLong start = Processes.startTime(pid);
    Path memory =
        folder
            .toAbsolutePath()
            .resolve(pid + "-" + start.orElse(0) + "-" + OPENED.incrementAndGet());
    Files.createDirectory(memory);
    Mounts.mount(
        "larder", memory.toString(), "tmpfs", Mounts.NOSUID | Mounts.NODEV, "mode=700,size=64m");
    Files.createDirectory(memory.resolve("state"));
    Files.createDirectory(memory.resolve("steps"));
    coverHybridCgroups();
    return new StepRunner(memory, searchPath);
  }

  /** A folder in memory that is gone when this is closed or the engine ends, however it ends. */
  public Path memory() {
    return memory;
  }

  /**
   * A network for one step, to be closed after it.
   *
   * @throws IOException if this process may not make one, or the kernel lacks what is needed
   */
  public StepNetwork network() throws IOException {
    return StepNetwork.open(memory.resolve("network-" + count.incrementAndGet()));
  }

  /** Runs a step that trusts what its image trusts; see {@link #run(Step, HostTrust, Output)}. */
  public Finished run(Step step, Output output) throws IOException, InterruptedException {
    return run(step, HostTrust.none(), output);
  }

  /**
   * Runs a step to its end.
   *
   * @param trust certificates that it trusts beyond its image's while it runs, and that leave no
   *     trace in its files
   * @param output gets what it writes, while it runs
   * @throws IOException if it can't be started: no such user, no such program; or if it succeeded
   *     and left a trace of the certificates that can't be taken out
   * @throws InterruptedException if this thread is interrupted; then nothing of the step is left
   */
  public Finished run(Step step, HostTrust trust, Output output)
      throws IOException, InterruptedException {
    String id = "step-" + count.incrementAndGet();
    Path folder = Files.createDirectory(memory.resolve("steps").resolve(id));
    Stubs stubs = new Stubs(step.root());
    Optional<StepTrust> trusted = Optional.empty();
    Finished finished;
    try {
      UserIds user = UserIds.find(step.root().toString(), step.user());
      Path shown = Files.createDirectory(folder.resolve("trust"));
      trusted = StepTrust.install(trust, step.root(), step.environment(), shown);
      Step run = trusted.isPresent() ? step.trusting(trusted.get()) : step;
      ContainerSpec spec = spec(run, user);
      prepare(step.root(), spec, stubs);
      Bundle.write(folder, spec);
      finished = run(run, folder, id, output);
    } finally {
      if (trusted.isPresent()) {
        trusted.get().restore();
      }
      stubs.remove();
      Trees.remove(folder.toString());
      Trees.remove(memory.resolve("state").resolve(id).toString());
    }
    if (finished.succeeded() && trusted.isPresent()) {
      for (String cleaned : trusted.get().clean()) {
        output.stderr("larder: took this machine's certificates out of " + cleaned + "\n");
      }
    }
    return finished;
  }

  private Finished run(Step step, Path folder, String id, Output output)
      throws IOException, InterruptedException {
    long killsBefore = outOfMemoryKills();
    Path log = folder.resolve("log");
    Wrapped process = Wrapped.start(spawner, searchPath, memory.resolve("state"), folder, log, id);
    Wrapped.Pumps pumps = process.pump(output);
    Optional<Wrapped.Init> init = Optional.empty();
    int code;
    try {
      init = process.init();
      if (init.isPresent()) {
        for (Attachment attachment : step.attachments()) {
          if (attachment instanceof Attachment.Cache cache) {
            cache.lease().usedBy(init.get().pid(), init.get().startTime());
          }
        }
      }
      code = process.await(init);
    } catch (IOException | RuntimeException e) {
      process.kill(init);
      throw e;
    } finally {
      pumps.await();
    }
    if (code != 0) {
      Optional<String> complaint = Wrapped.complaint(log);
      if (complaint.isPresent()) {
        throw new IOException(
            "start \"" + String.join(" ", step.argv()) + "\": " + complaint.get());
      }
    }
    boolean killed = code == 128 + Processes.SIGKILL;
    return new Finished(code, killed && outOfMemoryKills() > killsBefore);
  }

  private static ContainerSpec spec(Step step, UserIds user) throws IOException {
    String hostname = step.hostname().isEmpty() ? Step.DEFAULT_HOSTNAME : step.hostname();
    return new ContainerSpec(
        step.root(),
        step.argv(),
        step.environment(),
        step.cwd(),
        user,
        hostname,
        step.network(),
        step.confinement(),
        HostsFile.of(hostname, gateway(step.network()), step.extraHosts()),
        resolvConf(step.network()),
        step.rlimits(),
        step.attachments());
  }

  /** How the step reaches this machine. */
  private static String gateway(Network network) {
    return network instanceof Network.Relayed ? StepNetwork.GATEWAY : "127.0.0.1";
  }

  private static String resolvConf(Network network) throws IOException {
    Path machine = Path.of("/etc/resolv.conf");
    if (network instanceof Network.Relayed) {
      return StepNetwork.resolvConf(machine);
    }
    // As it is, where the step shares the machine's network: a resolver on the loopback answers.
    return Files.exists(machine) ? Files.readString(machine) : "";
  }

  private static void prepare(Path root, ContainerSpec spec, Stubs stubs) throws IOException {
    for (String folder : List.of("/proc", "/sys", "/dev")) {
      String path = InRoot.resolve(root.toString(), folder);
      if (Inodes.find(path).isEmpty()) {
        Inodes.makeFolder(path, 0755); // these stay in the layer, as BuildKit leaves them
        Inodes.changeMode(path, 0755);
      }
    }
    stubs.file("/etc/resolv.conf");
    stubs.file("/etc/hosts");
    for (Attachment attachment : spec.attachments()) {
      String target = spec.absolute(attachment.target());
      if (attachment instanceof Attachment.Bind bind && !Files.isDirectory(bind.source())) {
        stubs.file(target);
      } else {
        stubs.folder(target);
      }
    }
    makeCwd(InRoot.resolve(root.toString(), spec.cwd()), spec.user());
  }

  private static void makeCwd(String path, UserIds user) throws IOException {
    if (Inodes.find(path).isEmpty()) {
      makeCwd(path.substring(0, path.lastIndexOf('/')), user);
      Inodes.makeFolder(path, 0755);
      Inodes.changeMode(path, 0755);
      Inodes.changeOwner(path, user.uid(), user.gid());
    }
  }

  private static long outOfMemoryKills() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/vmstat"))) {
      if (line.startsWith("oom_kill ")) {
        return Long.parseLong(line.substring("oom_kill ".length()));
      }
    }
    return 0; // kernels before 4.13 don't count them
  }

  /** crun refuses to start on a hybrid hierarchy, even when told to leave cgroups alone. */
  private static void coverHybridCgroups() throws IOException {
    boolean unified = Files.exists(CGROUPS.resolve("cgroup.controllers"));
    if (!Files.isDirectory(CGROUPS) || unified) {
      return;
    }
    try (Stream<Path> entries = Files.list(CGROUPS)) {
      if (entries.findAny().isEmpty()) {
        return;
      }
    }
    Mounts.mount(
        "larder",
        CGROUPS.toString(),
        "tmpfs",
        Mounts.NOSUID | Mounts.NODEV | Mounts.NOEXEC,
        "mode=755,size=4k");
  }

  private static void requireProgram(String name, String packageName, String searchPath)
      throws IOException {
    for (String folder : searchPath.split(":")) {
      if (!folder.isEmpty() && Files.isExecutable(Path.of(folder, name))) {
        return;
      }
    }
    throw new IOException(
        "find "
            + name
            + ": it is in no folder of PATH="
            + searchPath
            + " (Debian has it in the package "
            + packageName
            + ")");
  }

  /** Mount points of engines that are gone; their mounts went with them. */
  private static void removeDead(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      for (Path entry : entries.toList()) {
        String[] parts = entry.getFileName().toString().split("-");
        if (parts.length == 3
            && !Processes.startTime(Long.parseLong(parts[0]))
                .equals(OptionalLong.of(Long.parseLong(parts[1])))) {
          Files.deleteIfExists(entry);
        }
      }
    }
  }

  /** Kills steps that still run, and forgets all. */
  @Override
  public void close() throws Errno, IOException {
    spawner.close();
    Mounts.unmount(memory.toString(), Mounts.DETACH);
    Files.deleteIfExists(memory);
  }
}
