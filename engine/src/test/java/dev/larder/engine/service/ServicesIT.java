package dev.larder.engine.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.engine.linux.Processes;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Real services by crun, in a root file system of busybox, as root. */
final class ServicesIT {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final List<String> APPLETS =
      List.of(
          "sh", "sleep", "cat", "echo", "httpd", "wget", "nc", "id", "ls", "mkdir", "stat", "touch",
          "test");

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private Path folder;

  private Path home;
  private Path image;
  private Services services;

  @BeforeEach
  void makeImage() throws Exception {
    home = Files.createDirectories(folder.resolve("home"));
    image = Files.createDirectories(folder.resolve("image"));
    Files.createDirectories(image.resolve("bin"));
    Files.copy(Path.of("/bin/busybox"), image.resolve("bin/busybox"));
    Files.setPosixFilePermissions(
        image.resolve("bin/busybox"), PosixFilePermissions.fromString("rwxr-xr-x"));
    for (String applet : APPLETS) {
      Files.createSymbolicLink(image.resolve("bin").resolve(applet), Path.of("busybox"));
    }
    for (String name : List.of("etc", "proc", "sys", "dev", "tmp", "www")) {
      Files.createDirectories(image.resolve(name));
    }
    Files.writeString(
        image.resolve("etc/passwd"), "root:x:0:0::/root:/bin/sh\nweb:x:33:33::/www:/bin/sh\n");
    Files.writeString(image.resolve("etc/group"), "root:x:0:\nweb:x:33:\n");
    Files.writeString(image.resolve("www/index.html"), "hello from busybox\n");
    services = services();
  }

  private Services services() {
    return new Services(home, SupervisorProcess.command(), System.getenv("PATH"));
  }

  @AfterEach
  void stopAll() throws Exception {
    for (ServiceStatus status : services.list()) {
      services.stop(status.project(), status.service());
    }
    assertThat(processesOf(home)).isEmpty();
  }

  private ServiceStatus find(String service) throws IOException {
    return services.find("p", service).orElseThrow();
  }

  private String log(String service) throws IOException {
    ServiceLog log = services.log("p", service, -1);
    StringBuilder text = new StringBuilder();
    for (byte[] part = log.more(); part.length > 0; part = log.more()) {
      text.append(new String(part, StandardCharsets.UTF_8));
    }
    return text.toString();
  }

  private static void await(String what, Callable<Boolean> condition) throws Exception {
    long end = System.nanoTime() + LONG.toNanos();
    while (!condition.call()) {
      assertThat(System.nanoTime()).as("waiting until " + what).isLessThan(end);
      Thread.sleep(20);
    }
  }

  private static List<String> processesOf(Path home) throws IOException {
    try (Stream<Path> all = Files.list(Path.of("/proc"))) {
      return all.filter(p -> p.getFileName().toString().matches("\\d+"))
          .map(ServicesIT::commandLine)
          .filter(c -> c.contains(home + "/"))
          .toList();
    }
  }

  private static String commandLine(Path process) {
    try {
      return Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1)
          .replace('\0', ' ');
    } catch (IOException e) {
      return ""; // it has just ended
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static String get(int port) throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      try {
        socket.getOutputStream().write("GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.UTF_8));
        socket.shutdownOutput();
        InputStream in = socket.getInputStream();
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
      } catch (SocketException reset) {
        return ""; // the port is published before the program inside listens
      }
    }
  }

  private Specs web() {
    return Specs.of("web", image).argv("httpd", "-f", "-v", "-p", "80", "-h", "/www");
  }

  @Test
  void restoredService_runsAsBefore_withItsFilesAndItsLog() throws Exception {
    String first = "echo first >>/note; cat /note; exec sleep 1000";
    services.start(Specs.of("app", image).shell(first).build());
    await("it wrote", () -> log("app").equals("first\n"));
    services.start(Specs.of("app", image).shell("cat /note; exit 3").build());
    await("the new one ended", () -> find("app").phase() == Phase.EXITED);

    assertThat(services.restore("p", "app")).isTrue();

    await("it wrote again", () -> log("app").equals("first\nfirst\nfirst\n"));
    assertThat(find("app").isRunning()).isTrue();
    assertThat(services.restore("p", "app")).as("there is none before that").isFalse();
  }

  @Test
  void createdService_isStartedByResume_andItsLogKnowsTimes() throws Exception {
    Instant before = Instant.now();
    ServiceStatus created =
        services.create(Specs.of("app", image).shell("echo late; exec sleep 1000").build());
    assertThat(created.phase()).isEqualTo(Phase.STOPPED);
    assertThat(created.finished()).isEmpty();

    services.resume("p", "app");

    await("it wrote", () -> log("app").equals("late\n"));
    await("the time is noted", () -> services.log("p", "app", -1).written(0).isPresent());
    assertThat(services.log("p", "app", -1).written(0).orElseThrow())
        .isBetween(before.minusMillis(1), Instant.now());
    ServiceLog later = services.log("p", "app", -1);
    later.skipUntil(Instant.now());
    assertThat(later.more()).isEmpty();
  }

  @Test
  void volumesAndNetwork_areRemovedOnceNobodyHasThem() throws Exception {
    services.start(
        Specs.of("db", image).mount(new Mount.Volume("data", "/data", false, true)).build());
    assertThat(services.volumes("p", "db")).containsExactly("data");
    assertThatThrownBy(() -> services.removeVolume("data"))
        .hasMessage("remove volume data: it is in use by p-db-1");
    assertThatThrownBy(() -> services.removeNetwork("p")).hasMessageContaining("db is on it");

    services.remove("p", "db");

    assertThat(services.removeVolume("data")).isTrue();
    assertThat(services.removeVolume("data")).isFalse();
    assertThat(services.removeNetwork("p")).isTrue();
    assertThat(home.resolve("volumes/data")).doesNotExist();
  }

  @Test
  void stop_withATimeOfItsOwn_killsSooner() throws Exception {
    services.start(
        Specs.of("app", image)
            .shell("trap : TERM; while :; do sleep 0.1; done")
            .grace(Duration.ofMinutes(10))
            .build());

    assertThat(services.stop("p", "app", Optional.of(Duration.ZERO))).isTrue();

    assertThat(find("app").exitCode()).hasValue(128 + Processes.SIGKILL);
  }

  @Test
  void service_servesOnItsPublishedPort_asAnOrdinaryUser() throws Exception {
    int port = freePort();
    ServiceStatus started = services.start(web().user("web").port(port, 80).build());

    assertThat(started.phase()).isEqualTo(Phase.RUNNING);
    assertThat(started.notes()).as("the way out is masqueraded").isEmpty();
    assertThat(started.ports()).containsExactly(new Port("127.0.0.1", port, 80));
    await("it answers", () -> get(port).contains("hello from busybox"));
  }

  @Test
  void service_becomesHealthy_andItsLogCanBeFollowed() throws Exception {
    services.start(
        Specs.of("app", image)
            .variable("GREETING", "welcome")
            .shell("echo $GREETING $HOSTNAME; sleep 0.7; echo ready; touch /tmp/ok; sleep 1000")
            .health("test -f /tmp/ok || { echo not yet; exit 1; }")
            .build());
    ServiceLog log = services.logSinceStart("p", "app");
    StringBuilder followed = new StringBuilder();

    await(
        "it is healthy",
        () -> {
          followed.append(new String(log.more(), StandardCharsets.UTF_8));
          return find("app").health().status() == Health.Status.HEALTHY;
        });

    followed.append(new String(log.more(), StandardCharsets.UTF_8));
    assertThat(followed).hasToString("welcome app\nready\n");
  }

  @Test
  void failingProbes_makeAServiceUnhealthy_withTheirOutput() throws Exception {
    services.start(Specs.of("sick", image).health("echo no good; exit 3").build());

    await("it is unhealthy", () -> find("sick").health().status() == Health.Status.UNHEALTHY);

    assertThat(find("sick").health().output()).isEqualTo("no good");
    assertThat(find("sick").health().exitCode()).hasValue(3);
  }

  @Test
  void services_findEachOtherByName() throws Exception {
    services.start(
        Specs.of("client", image)
            .shell("until wget -qO- http://web/; do sleep 0.1; done; exec sleep 1000")
            .build());
    services.start(web().build());

    await("the client got the page", () -> log("client").contains("hello from busybox"));
  }

  @Test
  void service_reachesThisMachineByName() throws Exception {
    try (ServerSocket machine = new ServerSocket(0, 5)) {
      services.start(
          Specs.of("client", image)
              .shell("nc host.docker.internal " + machine.getLocalPort() + "; exec sleep 1000")
              .build());
      try (Socket client = machine.accept()) {
        client.getOutputStream().write("hello from outside\n".getBytes(StandardCharsets.UTF_8));
      }
      await("it was told", () -> log("client").equals("hello from outside\n"));
    }
  }

  @Test
  void volume_beginsAsTheImage_andKeepsItsDataOverANewContainer() throws Exception {
    Files.createDirectories(image.resolve("data"));
    Files.writeString(image.resolve("data/seed"), "seed");
    Mount volume = new Mount.Volume("p_data", "/data", false, true);
    String script = "cat /data/*; echo; echo -n more >/data/written; exec sleep 1000";

    services.start(Specs.of("db", image).mount(volume).shell(script).build());
    await("it wrote", () -> log("db").equals("seed\n"));
    services.start(Specs.of("db", image).mount(volume).shell(script).variable("N", "2").build());

    await("it wrote again", () -> log("db").equals("seedmore\n"));
  }

  @Test
  void changes_stayOverAStop_andGoWithTheContainer() throws Exception {
    ServiceSpec spec =
        Specs.of("app", image)
            .shell("echo x >>/tmp/count; cat /tmp/count; echo .; exec sleep 1000")
            .build();

    services.start(spec);
    await("first", () -> log("app").equals("x\n.\n"));
    assertThat(services.stop("p", "app")).isTrue();
    assertThat(find("app").phase()).isEqualTo(Phase.STOPPED);
    services.resume("p", "app");
    await("second", () -> log("app").equals("x\n.\nx\nx\n.\n"));
    services.start(spec);
    await("third", () -> log("app").equals("x\n.\n"));
  }

  @Test
  void supervisorThatDies_isReplaced_andTheContainerRunsOn() throws Exception {
    int port = freePort();
    services.start(web().port(port, 80).health("wget -qO- http://localhost/").build());
    await("it is healthy", () -> find("web").health().status() == Health.Status.HEALTHY);
    ServiceFolder files = new ServiceFolder(home, "p", "web");
    ProcessName supervisor = files.supervisor().orElseThrow();
    ProcessName container = files.state().container().orElseThrow();

    supervisor.signal(Processes.SIGKILL);
    await("it is gone", () -> !supervisor.isAlive());
    assertThat(container.isAlive()).isTrue();

    assertThat(find("web").phase()).isEqualTo(Phase.RUNNING);
    await("there is another", () -> files.supervisor().isPresent());
    await(
        "it answers again",
        () -> {
          try {
            return get(port).contains("hello from busybox");
          } catch (IOException e) {
            return false;
          }
        });
    assertThat(files.state().container()).contains(container);
    assertThat(services.stop("p", "web")).isTrue();
    assertThat(container.isAlive()).isFalse();
  }

  @Test
  void stop_worksAfterTheSupervisorDied() throws Exception {
    services.start(web().build());
    ServiceFolder files = new ServiceFolder(home, "p", "web");
    ProcessName container = files.state().container().orElseThrow();
    ProcessName supervisor = files.supervisor().orElseThrow();
    supervisor.signal(Processes.SIGKILL);
    await("it is gone", () -> !supervisor.isAlive());

    assertThat(services.stop("p", "web")).isTrue();

    assertThat(container.isAlive()).isFalse();
    assertThat(find("web").phase()).isEqualTo(Phase.STOPPED);
  }

  @Test
  void supervisorThatComesLate_leavesAStoppedServiceAlone() throws Exception {
    services.start(web().build());
    services.stop("p", "web");
    List<String> late = SupervisorProcess.command();
    late.add(new ServiceFolder(home, "p", "web").path().toString());

    assertThat(new ProcessBuilder(late).inheritIO().start().waitFor()).isZero();

    assertThat(find("web").phase()).isEqualTo(Phase.STOPPED);
    assertThat(Path.of("/sys/class/net", new ProjectNetwork(home, "p", "").bridge()))
        .doesNotExist();
  }

  @Test
  void supervisorAndContainerThatDied_areNoticed() throws Exception {
    services.start(web().restart(RestartPolicy.Kind.ALWAYS, 0).build());
    ServiceFolder files = new ServiceFolder(home, "p", "web");
    ProcessName container = files.state().container().orElseThrow();
    ProcessName supervisor = files.supervisor().orElseThrow();
    supervisor.signal(Processes.SIGKILL);
    await("it is gone", () -> !supervisor.isAlive());
    container.signal(Processes.SIGKILL);
    await("its container, too", () -> !container.isAlive());

    await("it is noticed", () -> find("web").phase() == Phase.RUNNING);
    await(
        "another one runs",
        () -> {
          Optional<ProcessName> now = files.state().container();
          return now.isPresent() && !now.get().equals(container) && now.get().isAlive();
        });
  }

  @Test
  void service_outlivesTheCommandThatStartedIt() throws Exception {
    ServiceFolder files = new ServiceFolder(home, "p", "web");
    Files.createDirectories(files.path());
    files.write(web().build());
    Process command =
        new ProcessBuilder(SupervisorProcess.java(StartingProcess.class, home.toString()))
            .redirectErrorStream(true)
            .start();
    assertThat(command.inputReader().readLine()).isEqualTo("started");

    command.destroyForcibly().waitFor();

    assertThat(find("web").phase()).isEqualTo(Phase.RUNNING);
    assertThat(files.state().container().orElseThrow().isAlive()).isTrue();
    assertThat(files.supervisor()).isPresent();
  }

  @Test
  void stop_leavesNothingBehind() throws Exception {
    services.start(web().build());
    Path bridge = Path.of("/sys/class/net", new ProjectNetwork(home, "p", "").bridge());
    assertThat(bridge).exists();

    services.stop("p", "web");

    assertThat(bridge).doesNotExist();
    assertThat(processesOf(home)).isEmpty();
    assertThat(Files.readString(Path.of("/proc/self/mountinfo"))).doesNotContain(home.toString());
    services.remove("p", "web");
    assertThat(new ServiceFolder(home, "p", "web").path()).doesNotExist();
  }

  @Test
  void portInUse_isAnErrorThatNamesWhoUsesIt() throws Exception {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = socket.getLocalPort();
      assertThatThrownBy(() -> services.start(web().port(port, 80).build()))
          .isInstanceOf(ServiceException.class)
          .hasMessage(
              "publish port %d of web: it is in use by \"java\" (process %d)"
                  .formatted(port, ProcessHandle.current().pid()));
    }
    assertThat(find("web").phase()).isEqualTo(Phase.FAILED);
  }

  @Test
  void serviceThatExitsAtOnce_saysHow() throws Exception {
    services.start(Specs.of("job", image).shell("echo failed early; exit 7").build());

    await("it has ended", () -> find("job").phase() == Phase.EXITED);

    assertThat(find("job").exitCode()).hasValue(7);
    assertThat(log("job")).isEqualTo("failed early\n");
  }

  @Test
  void missingProgram_isAnError() throws Exception {
    assertThatThrownBy(() -> services.start(Specs.of("job", image).argv("/no/such").build()))
        .isInstanceOf(ServiceException.class)
        .hasMessageStartingWith("start job (\"/no/such\"): ")
        .hasMessageContaining("/no/such");
    assertThat(find("job").phase()).isEqualTo(Phase.FAILED);
  }

  @Test
  void failingService_isStartedAgainAsOftenAsItsPolicySays() throws Exception {
    services.start(
        Specs.of("job", image)
            .shell("echo again; exit 1")
            .restart(RestartPolicy.Kind.ON_FAILURE, 2)
            .build());

    await("it has given up", () -> find("job").phase() == Phase.EXITED);

    assertThat(log("job")).isEqualTo("again\nagain\nagain\n");
    assertThat(find("job").restarts()).isEqualTo(2);
  }

  @Test
  void serviceThatIgnoresItsStopSignal_isKilledAfterItsGrace() throws Exception {
    services.start(
        Specs.of("deaf", image)
            .shell("trap '' TERM; echo deaf; while true; do sleep 0.1; done")
            .grace(Duration.ofMillis(300))
            .build());
    await("it is deaf", () -> log("deaf").equals("deaf\n"));

    assertThat(services.stop("p", "deaf")).isTrue();

    assertThat(find("deaf").exitCode()).hasValue(137);
  }

  @Test
  void logTail_beginsSoManyLinesBeforeTheEnd() throws Exception {
    services.start(Specs.of("job", image).shell("echo a; echo b; echo c").build());
    await("it has ended", () -> find("job").phase() == Phase.EXITED);

    assertThat(services.log("p", "job", 2).more()).asString().isEqualTo("b\nc\n");
    assertThat(services.log("p", "job", 0).more()).isEmpty();
    assertThat(services.log("p", "job", 9).more()).asString().isEqualTo("a\nb\nc\n");
  }
}
