package dev.larder.engine.compose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.engine.oci.ImageConfig;
import dev.larder.engine.oci.Platform;
import dev.larder.engine.service.Health;
import dev.larder.engine.service.Phase;
import dev.larder.engine.service.RunnableImage;
import dev.larder.engine.service.ServiceStatus;
import dev.larder.engine.service.Services;
import dev.larder.engine.service.SupervisorProcess;
import dev.larder.engine.snapshot.OverlaySnapshots;
import dev.larder.engine.snapshot.Snapshot;
import dev.larder.engine.snapshot.Snapshots;
import dev.larder.engine.store.FileBlobStore;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Projects of real services; their one image is a layer with busybox. */
final class RebuildIT {
  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private Path folder;

  private final List<String> told = new ArrayList<>();
  private final StringBuilder written = new StringBuilder();
  private Services services;
  private RunnableImage image;

  @BeforeEach
  void makeImage() throws IOException {
    Path home = Files.createDirectories(folder.resolve("home"));
    Clock clock = Clock.systemUTC();
    OverlaySnapshots snapshots =
        OverlaySnapshots.open(
            home, FileBlobStore.open(home.resolve("blobs"), clock), clock, new Random(7));
    Snapshot files;
    try (Snapshots.Draft draft = snapshots.draft(Snapshot.EMPTY)) {
      Path bin = Files.createDirectories(draft.root().resolve("bin"));
      Files.copy(Path.of("/bin/busybox"), bin.resolve("busybox"));
      Files.setPosixFilePermissions(
          bin.resolve("busybox"), PosixFilePermissions.fromString("rwxr-xr-x"));
      for (String applet : List.of("sh", "sleep", "cat", "echo", "httpd", "wget", "touch", "ls")) {
        Files.createSymbolicLink(bin.resolve(applet), Path.of("busybox"));
      }
      for (String name : List.of("etc", "proc", "sys", "dev", "tmp", "www")) {
        Files.createDirectories(draft.root().resolve(name));
      }
      Files.writeString(draft.root().resolve("www/index.html"), "the page\n");
      files = draft.commit();
    }
    ImageConfig config =
        ImageConfig.scratch(Platform.of("linux", "amd64")).withCmd(List.of("sleep", "1000"));
    image = new RunnableImage("busybox", config, files);
    services = new Services(home, SupervisorProcess.command(), System.getenv("PATH"));
  }

  @AfterEach
  void stopAll() throws Exception {
    for (ServiceStatus status : services.list()) {
      services.stop(status.project(), status.service());
    }
  }

  private Rebuild.Result rebuild(String file) throws Exception {
    told.clear();
    Files.writeString(folder.resolve("compose.yaml"), "name: p\n" + file);
    Project project = ComposeFiles.read(folder, ComposeFiles.Named.none(), Map.of());
    return new Rebuild<IOException>(
            project,
            new Images(),
            services,
            new Teller(),
            Rebuild.Options.rebuild(Duration.ofSeconds(60)))
        .run(List.of(), Set.of());
  }

  private final class Images implements Rebuild.Builder<IOException> {
    @Override
    public RunnableImage build(Project project, Service service, Build build) {
      return image;
    }

    @Override
    public RunnableImage find(Project project, Service service, String name) {
      return image;
    }
  }

  private final class Teller implements Rebuild.Listener {
    @Override
    public void building(Service service) {
      told.add("building " + service.name());
    }

    @Override
    public void built(Service service, RunnableImage built, Duration took) {
      told.add("built " + service.name());
    }

    @Override
    public void unchanged(Service service) {
      told.add("unchanged " + service.name());
    }

    @Override
    public void starting(Service service, boolean replaces) {
      told.add((replaces ? "replacing " : "starting ") + service.name());
    }

    @Override
    public void restarting(Service service, Path file) {
      told.add("restarting " + service.name());
    }

    @Override
    public void started(Service service, boolean replaces) {}

    @Override
    public void waiting(Service service) {}

    @Override
    public void log(Service service, String text) {
      written.append(service.name()).append(": ").append(text);
    }

    @Override
    public void ready(Service service, Duration took) {
      told.add("ready " + service.name());
    }
  }

  private static final String PROJECT =
      """
      services:
        app:
          build: .
          command: sh -c 'wget -qO- http://web/ && exec sleep 1000'
          stop_signal: KILL
          depends_on:
            web: {condition: service_healthy}
            job: {condition: service_completed_successfully}
        web:
          image: busybox
          command: httpd -f -p 80 -h ${WWW:-/www}
          stop_signal: KILL
          healthcheck: {test: wget -qO- http://localhost/, interval: 1s}
        job:
          image: busybox
          command: echo migrated
      """;

  @Test
  void services_startInOrder_andAreLeftAloneWhenNothingChanged() throws Exception {
    Rebuild.Result first = rebuild(PROJECT);

    assertThat(told)
        .containsExactly(
            "building app",
            "built app",
            "starting web",
            "starting job",
            "ready web",
            "ready job",
            "starting app",
            "ready app");
    assertThat(written).contains("job: migrated\n").contains("app: the page\n");
    assertThat(first.services())
        .extracting(Rebuild.Outcome::service)
        .containsExactly("web", "job", "app");
    assertThat(first.services().getFirst().status().orElseThrow().health().status())
        .isEqualTo(Health.Status.HEALTHY);

    rebuild(PROJECT);
    assertThat(told).contains("unchanged web", "unchanged app");

    rebuild(PROJECT.replace("http://web/ &&", "http://web/index.html &&"));
    assertThat(told).contains("unchanged web", "replacing app");
  }

  @Test
  void serviceInTrouble_givesWayToTheOneBefore() throws Exception {
    String good = "services: {app: {image: x, stop_signal: KILL, command: sleep 1000}}";
    rebuild(good);
    String crash =
        "services: {app: {image: x, restart: always, command: [sh, -c, 'echo broken; exit 3']}}";

    assertThatThrownBy(() -> rebuild(crash))
        .isInstanceOfSatisfying(
            ComposeException.class,
            e -> {
              Trouble trouble = e.trouble().orElseThrow();
              assertThat(trouble.kind()).isEqualTo(Trouble.Kind.CRASH_LOOP);
              assertThat(trouble.restored()).isTrue();
              assertThat(trouble.lines()).contains("broken");
            })
        .hasMessageEndingWith("\nthe container before it runs again");
    assertThat(services.find("p", "app").orElseThrow().isRunning()).isTrue();

    rebuild(good);
    assertThat(told).containsExactly("unchanged app");
  }

  @Test
  void portThatIsTaken_givesWayToTheOneBefore() throws Exception {
    rebuild("services: {app: {image: x, stop_signal: KILL, command: sleep 1000}}");
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = "127.0.0.1:" + taken.getLocalPort() + ":80";
      assertThatThrownBy(
              () ->
                  rebuild(
                      "services: {app: {image: x, stop_signal: KILL, command: sleep 1001, ports: ['"
                          + port
                          + "']}}"))
          .isInstanceOfSatisfying(
              ComposeException.class,
              e -> assertThat(e.trouble().orElseThrow().kind()).isEqualTo(Trouble.Kind.NOT_STARTED))
          .hasMessageContaining(" " + taken.getLocalPort())
          .hasMessageEndingWith("the container before it runs again");
    }
    assertThat(services.find("p", "app").orElseThrow().isRunning()).isTrue();
  }

  @Test
  void serviceThatExitsAtOnce_failsWithItsLastLines() {
    assertThatThrownBy(
            () ->
                rebuild(
                    "services: {app: {image: x, command: [sh, -c, 'echo no database; exit 3']}}"))
        .isInstanceOf(ComposeException.class)
        .hasMessage("start app: it ended with exit code 3; its last lines:\n  no database");
  }

  @Test
  void serviceThatNeverTurnsHealthy_failsWithWhatItsCheckSaid() throws Exception {
    assertThatThrownBy(
            () ->
                rebuild(
                    """
                    services:
                      app:
                        image: x
                        stop_signal: KILL
                        healthcheck: {test: echo refused; exit 1, interval: 300ms, retries: 2}
                    """))
        .isInstanceOf(ComposeException.class)
        .hasMessageStartingWith("start app: it is unhealthy: its check failed 2 times")
        .hasMessageContaining("last with: refused");
    assertThat(services.find("p", "app").orElseThrow().phase()).isEqualTo(Phase.RUNNING);
  }
}
