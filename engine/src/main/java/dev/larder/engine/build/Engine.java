package dev.larder.engine.build;

import dev.larder.engine.check.CheckResult;
import dev.larder.engine.docker.DockerEngine;
import dev.larder.engine.event.Events;
import dev.larder.engine.exec.StepRunner;
import dev.larder.engine.fetch.PackageCache;
import dev.larder.engine.history.BuildRecords;
import dev.larder.engine.history.Tombstones;
import dev.larder.engine.image.ImageStore;
import dev.larder.engine.mount.CacheMounts;
import dev.larder.engine.oci.ImageName;
import dev.larder.engine.oci.Platform;
import dev.larder.engine.outline.Outline;
import dev.larder.engine.outline.Targets;
import dev.larder.engine.packages.KeptPackages;
import dev.larder.engine.prune.NothingToClearException;
import dev.larder.engine.prune.PruneRequest;
import dev.larder.engine.prune.Pruner;
import dev.larder.engine.prune.Stores;
import dev.larder.engine.prune.Survey;
import dev.larder.engine.registry.Settings;
import dev.larder.engine.snapshot.OverlaySnapshots;
import dev.larder.engine.solve.FileResultCache;
import dev.larder.engine.store.FileBlobStore;
import dev.larder.engine.store.Leases;
import dev.larder.engine.store.Records;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * Builds images. Several builds may run at once, in this process and in others on the same home.
 *
 * <p>The engine mounts file systems, so its process has to stand in a mount namespace of its own:
 * mounts then vanish with it, however it ends.
 */
public final class Engine implements AutoCloseable {
  private final Home home;
  private final Map<String, String> environment;
  private final Path userHome;
  private final Clock clock;
  private final Leases leases;
  private final Leases.Lease lease;
  private final FileBlobStore blobs;
  private final OverlaySnapshots snapshots;
  private final ImageStore images;
  private final FileResultCache cache;
  private final CacheMounts mounts;
  private final BuildRecords history;
  private final Registries registries;
  private @Nullable StepRunner steps;
  private Optional<DockerEngine> docker = Optional.empty();
  private boolean isDockerSought;
  private @Nullable PackageCache packages;

  private Engine(Home home, Map<String, String> environment, Path userHome, Clock clock)
      throws IOException {
    this.home = home;
    this.environment = Map.copyOf(environment);
    this.userHome = userHome;
    this.clock = clock;
    Files.createDirectories(home.scratch());
    this.leases = Leases.open(home.leases(), clock);
    this.lease = leases.take();
    this.blobs = FileBlobStore.open(home.blobs(), clock);
    this.snapshots = OverlaySnapshots.open(home.root(), blobs, clock, new SecureRandom());
    this.images = ImageStore.open(home.images(), blobs);
    this.cache = FileResultCache.open(home.cache());
    this.mounts = CacheMounts.open(home.mounts(), clock);
    this.history = BuildRecords.open(home.history(), new SecureRandom(), BuildRecords.Bounds.USUAL);
    this.registries = new Registries(() -> Settings.of(environment, userHome));
  }

  /**
   * Opens the engine on a home, which is made if it is missing.
   *
   * @param environment the caller's variables
   * @param userHome the caller's home folder, for registry credentials
   * @throws IOException if the process shares its mounts with the machine, or the home can't be
   *     used; the message says what to do
   */
  public static Engine open(Path home, Map<String, String> environment, Path userHome, Clock clock)
      throws IOException {
    MountNamespace.requirePrivate();
    Files.createDirectories(home);
    return new Engine(new Home(home.toRealPath()), environment, userHome, clock);
  }

  /**
   * Builds.
   *
   * @throws BuildFailure if it can't be done as asked for
   * @throws IOException if the machine is in the way
   */
  public BuildResult build(BuildRequest request, Events events)
      throws BuildFailure, IOException, InterruptedException {
    try {
      return new Build(this, request, events).run();
    } catch (IOException e) {
      String message = FullDisk.explain(e, home.root());
      if (message.equals(e.getMessage())) {
        throw e;
      }
      throw new IOException(message, e);
    }
  }

  /**
   * Checks the Dockerfile of a request, and builds nothing: all stages, or what its target needs.
   *
   * @throws IOException if the machine is in the way
   */
  public CheckResult check(BuildRequest request, Events events)
      throws IOException, InterruptedException {
    return new Build(this, request, events).check();
  }

  /**
   * Says what the target of a request can be given, and builds nothing.
   *
   * @throws BuildFailure if it can't be built as it stands
   * @throws IOException if the machine is in the way
   */
  public Outline outline(BuildRequest request, Events events)
      throws BuildFailure, IOException, InterruptedException {
    return new Build(this, request, events).outline();
  }

  /**
   * Lists the stages of the Dockerfile of a request.
   *
   * @throws BuildFailure if it can't be read
   * @throws IOException if the machine is in the way
   */
  public Targets targets(BuildRequest request, Events events)
      throws BuildFailure, IOException, InterruptedException {
    return new Build(this, request, events).targets();
  }

  /**
   * Says what a build would do, and does nothing of it: steps, reasons, what would be fetched.
   *
   * @throws BuildFailure if it can't be done as asked for
   * @throws IOException if the machine is in the way
   */
  public Forecast forecast(BuildRequest request, Events events)
      throws BuildFailure, IOException, InterruptedException {
    return new Build(this, request, events).forecast();
  }

  /** Makes an image of a root file system's archive. */
  public BuildResult importRoot(ImportRequest request)
      throws IOException, BuildFailure, InterruptedException {
    return new Import(this).run(request);
  }

  /** Whether an archive is for {@link #importImages}, or of a root file system. */
  public boolean holdsImages(Path archive) throws IOException {
    return ImportImages.isFor(archive);
  }

  /**
   * Takes images from an archive as {@code docker save} writes it, or an OCI layout as an archive.
   *
   * @param archive compressed or not
   * @param name in place of that in the archive, which then must hold one image
   * @return what the images are called now
   */
  public List<ImageName> importImages(Path archive, Optional<ImageName> name, Platform platform)
      throws IOException, BuildFailure {
    return new ImportImages(this).run(archive, name, platform);
  }

  /** What is kept on this machine. */
  public Survey survey() throws IOException {
    return Survey.of(stores(), lease.since());
  }

  /**
   * Chooses what is to be removed.
   *
   * @throws NothingToClearException if the request's target does not exist
   */
  public Pruner prune(PruneRequest wanted) throws IOException {
    return Pruner.of(stores(), clock, lease.since(), wanted);
  }

  /** What steps downloaded, to be looked after. */
  public KeptPackages keptPackages() throws IOException {
    return KeptPackages.open(home.packages(), blobs);
  }

  private Stores stores() throws IOException {
    return new Stores(
        home.root(),
        leases,
        images,
        snapshots,
        cache,
        mounts,
        blobs,
        keptPackages(),
        history,
        Tombstones.of(home.tombstones()),
        Records.open(home.compressed()),
        Records.open(home.downloads()),
        List.of(
            home.cache(),
            home.history(),
            home.trees(),
            home.contexts(),
            home.compressed(),
            home.downloads(),
            home.tombstones(),
            home.root().resolve("unpacked")));
  }

  public ImageStore images() {
    return images;
  }

  public OverlaySnapshots snapshots() {
    return snapshots;
  }

  public FileBlobStore blobs() {
    return blobs;
  }

  public Home home() {
    return home;
  }

  /** The Docker engine of this machine, looked for when it is first asked for. */
  synchronized Optional<DockerEngine> docker() {
    if (!isDockerSought) {
      docker = DockerEngine.find(environment, userHome);
      isDockerSought = true;
    }
    return docker;
  }

  Map<String, String> environment() {
    return environment;
  }

  /** What builds, for its records. */
  SequencedMap<String, String> versions() {
    SequencedMap<String, String> versions = new LinkedHashMap<>();
    versions.put("larder", environment.getOrDefault("LARDER_VERSION", "unknown"));
    versions.put("java", Runtime.version().toString());
    versions.put("kernel", System.getProperty("os.version"));
    return versions;
  }

  /** The caller's. */
  Path userHome() {
    return userHome;
  }

  Clock clock() {
    return clock;
  }

  FileResultCache cache() {
    return cache;
  }

  /** Earlier builds, to be explained. */
  public Past past() {
    return new Past(this);
  }

  /** Records of builds. */
  public BuildRecords history() {
    return history;
  }

  CacheMounts mounts() {
    return mounts;
  }

  Registries registries() {
    return registries;
  }

  /** What runs steps, opened when the first one runs: an unchanged rebuild needs none of it. */
  synchronized StepRunner steps() throws IOException {
    StepRunner open = steps;
    if (open == null) {
      open = StepRunner.open(home.scratch().resolve("run"), environment);
      steps = open;
    }
    return open;
  }

  /** What steps downloaded, opened when the first one runs. */
  synchronized PackageCache packages() throws IOException {
    PackageCache open = packages;
    if (open == null) {
      open = PackageCache.open(home.packages(), blobs, new SecureRandom(), clock);
      packages = open;
    }
    return open;
  }

  /** Kills steps that still run and lets go of everything. */
  @Override
  public synchronized void close() throws IOException {
    try (lease) {
      registries.close();
      if (steps != null) {
        steps.close();
      }
    }
  }
}
