package dev.larder.engine.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.larder.engine.linux.Inodes;
import dev.larder.engine.linux.Stat;
import dev.larder.engine.mount.Attachment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StepRunnerIT {
  @TempDir Path folder;

  private Path root = Path.of("/");
  private StepRunner runner;
  private final BusyboxRoot.Kept kept = new BusyboxRoot.Kept();

  @BeforeEach
  void open() throws IOException {
    root = BusyboxRoot.make(folder.resolve("root"));
    runner = StepRunner.open(folder.resolve("run"), Map.of());
  }

  @AfterEach
  void close() throws IOException {
    runner.close();
    assertThat(folder.resolve("run")).isEmptyDirectory();
  }

  private Finished run(String command) throws Exception {
    return runner.run(BusyboxRoot.shell(root, command), kept);
  }

  private String outputOf(String command) throws Exception {
    assertThat(run(command)).as(kept.err.toString()).isEqualTo(new Finished(0, false));
    return kept.out();
  }

  private Step with(Step step, SequencedMap<String, String> env, String cwd, String user) {
    return new Step(
        step.root(),
        step.argv(),
        env,
        cwd,
        user,
        step.hostname(),
        step.network(),
        step.confinement(),
        step.extraHosts(),
        step.rlimits(),
        step.attachments());
  }

  @Test
  void exitCode_isTheProcesssOwn() throws Exception {
    assertThat(run("exit 0").succeeded()).isTrue();
    assertThat(run("exit 7").exitCode()).isEqualTo(7);
    assertThat(run("exit 1").exitCode()).isEqualTo(1);
    Finished killed = run("sh -c 'kill -9 $$'; exit $?");
    assertThat(killed.signal()).hasValue(9);
    assertThat(killed.outOfMemory()).isFalse();
  }

  @Test
  void output_comesWholeAndApart() throws Exception {
    run("echo größe; echo oops >&2; yes 12345678 | head -n 200000; echo end");
    assertThat(kept.out()).startsWith("größe\n12345678\n").endsWith("12345678\nend\n");
    assertThat(kept.out()).hasSize(6 + 200_000 * 9 + 4);
    assertThat(kept.err).hasToString("oops\n");
  }

  @Test
  void standardInput_isAPipeAtItsEnd() throws Exception {
    assertThat(outputOf("[ -p /proc/self/fd/0 ] && cat && echo end")).isEqualTo("end\n");
  }

  @Test
  void programThatIsNotThere_isAnErrorThatNamesIt() {
    Step step = BusyboxRoot.shell(root, "");
    Step missing =
        new Step(
            root,
            List.of("/bin/nosuch", "x"),
            step.environment(),
            "/",
            "",
            "",
            step.network(),
            step.confinement(),
            List.of(),
            List.of(),
            List.of());
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> runner.run(missing, kept))
        .withMessageContaining("start \"/bin/nosuch x\": ")
        .withMessageContaining("not found");
  }

  @Test
  void step_hasWhatDockerGivesIt() throws Exception {
    String status = outputOf("cat /proc/self/status");
    assertThat(status)
        .contains("CapEff:\t00000000a80425fb")
        .contains("CapPrm:\t00000000a80425fb")
        .contains("CapBnd:\t00000000a80425fb")
        .contains("CapInh:\t0000000000000000")
        .contains("CapAmb:\t0000000000000000")
        .contains("NoNewPrivs:\t0")
        .contains("Seccomp:\t2");
  }

  @Test
  void environment_hasPathAndHome() throws Exception {
    assertThat(outputOf("env | grep -v -e SHLVL -e PWD").lines())
        .containsExactlyInAnyOrder("PATH=" + ContainerSpec.DEFAULT_PATH, "HOME=/root");
  }

  @Test
  void filter_refusesWhatDockerRefuses() throws Exception {
    assertThat(run("unshare -m true 2>&1").exitCode()).isEqualTo(1);
    assertThat(kept.out()).contains("Operation not permitted");
  }

  @Test
  void kernelsInsides_areMasked() throws Exception {
    assertThat(outputOf("cat /proc/keys /proc/timer_list | wc -c")).isEqualTo("0\n");
    assertThat(run("echo 1 > /proc/sys/kernel/panic").exitCode()).isNotZero();
    assertThat(run("touch /sys/x").exitCode()).isNotZero();
  }

  @Test
  void insecureStep_mayWhatTheEngineMay() throws Exception {
    Step step = BusyboxRoot.shell(root, "cat /proc/self/status; unshare -m true");
    Step insecure =
        new Step(
            root,
            step.argv(),
            step.environment(),
            "/",
            "",
            "",
            step.network(),
            ContainerSpec.Confinement.INSECURE,
            List.of(),
            List.of(),
            List.of());
    assertThat(runner.run(insecure, kept).exitCode()).isZero();
    String bounding =
        Files.readAllLines(Path.of("/proc/self/status")).stream()
            .filter(l -> l.startsWith("CapBnd:"))
            .findFirst()
            .orElseThrow();
    assertThat(kept.out()).contains(bounding.replace("CapBnd", "CapEff")).contains("Seccomp:\t0");
  }

  @Test
  void devices_areTheUsualOnes() throws Exception {
    assertThat(outputOf("ls /dev").lines())
        .containsExactlyInAnyOrder(
            "core", "fd", "full", "mqueue", "null", "ptmx", "pts", "random", "shm", "stderr",
            "stdin", "stdout", "tty", "urandom", "zero");
  }

  @Test
  void user_isLookedUpInTheImage() throws Exception {
    Step step = BusyboxRoot.shell(root, "id -u; id -g; id -G; pwd; echo $HOME; touch mine");
    Step app = with(step, step.environment(), "/srv/new", "app");
    assertThat(runner.run(app, kept).exitCode()).as(kept.err.toString()).isZero();
    assertThat(kept.out()).isEqualTo("1000\n1001\n1001 2000\n/srv/new\n/home/app\n");
    assertThat(Inodes.lstat(root + "/srv/new/mine").uid()).isEqualTo(1000);
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> runner.run(with(step, step.environment(), "/", "nobody"), kept))
        .withMessage("find user \"nobody\": no matching entries in the image's /etc/passwd");
  }

  @Test
  void names_areInTheHostsFile() throws Exception {
    Step step = BusyboxRoot.shell(root, "cat /etc/hosts; hostname; cat /etc/resolv.conf");
    Step named =
        new Step(
            root,
            step.argv(),
            step.environment(),
            "/",
            "",
            "",
            step.network(),
            step.confinement(),
            List.of(new HostsFile.ExtraHost("db", "10.0.0.7"), new HostsFile.ExtraHost("host", "")),
            List.of(),
            List.of());
    runner.run(named, kept);
    assertThat(kept.out())
        .isEqualTo(
            "127.0.0.1\tlocalhost buildkitsandbox\n"
                + "::1\tlocalhost ip6-localhost ip6-loopback\n"
                + "10.0.0.7\tdb\n127.0.0.1\thost\nbuildkitsandbox\n"
                + Files.readString(Path.of("/etc/resolv.conf")));
  }

  @Test
  void networkNone_hasTheLoopbackDeviceAlone() throws Exception {
    Step step = BusyboxRoot.shell(root, "ip -o link");
    Step alone =
        new Step(
            root,
            step.argv(),
            step.environment(),
            "/",
            "",
            "",
            new Network.None(),
            step.confinement(),
            List.of(),
            List.of(),
            List.of());
    runner.run(alone, kept);
    assertThat(kept.out().lines()).singleElement().asString().contains("lo: <LOOPBACK,UP");
  }

  @Test
  void mountPoints_areTakenOutAgain() throws Exception {
    Stat etc = Inodes.lstat(root + "/etc");
    Stat top = Inodes.lstat(root.toString());
    Path file = Files.writeString(folder.resolve("secret"), "s3cret");
    Path shown = Files.createDirectory(folder.resolve("shown"));
    Files.writeString(shown.resolve("f"), "shown");
    Files.createDirectories(root.resolve("proc"));
    Files.createDirectories(root.resolve("sys"));
    Files.createDirectories(root.resolve("dev"));
    Inodes.changeTime(root.toString(), top.mtimeSeconds(), top.mtimeNanos());
    Step step =
        BusyboxRoot.with(
            BusyboxRoot.shell(
                root,
                "cat /run/secrets/a /mnt/x/f; touch /mnt/x/g || echo no; touch /ro/g || echo ro"),
            new Attachment.Bind(file, "/run/secrets/a", false),
            new Attachment.Bind(shown, "/mnt/x", false),
            new Attachment.Tmpfs("work", OptionalLong.of(1 << 20), true),
            new Attachment.Tmpfs("/ro", OptionalLong.empty(), false));
    assertThat(runner.run(step, kept).exitCode()).isZero();
    assertThat(kept.out()).isEqualTo("s3cretshownno\nro\n");
    assertThat(Inodes.list(root.toString()))
        .extracting(Inodes.Entry::name)
        .containsExactlyInAnyOrder("bin", "etc", "tmp", "proc", "sys", "dev");
    assertThat(root.resolve("etc")).isDirectoryNotContaining("glob:**/hosts");
    assertThat(Inodes.lstat(root + "/etc").mtimeNanos()).isEqualTo(etc.mtimeNanos());
    assertThat(Inodes.lstat(root.toString()).mtimeSeconds()).isEqualTo(top.mtimeSeconds());
    assertThat(Inodes.lstat(root.toString()).mtimeNanos()).isEqualTo(top.mtimeNanos());
  }

  @Test
  void mountPoint_staysWhereTheStepPutSomethingBesideIt() throws Exception {
    Step step =
        BusyboxRoot.with(
            BusyboxRoot.shell(root, "touch /a/own"),
            new Attachment.Tmpfs("/a/b", OptionalLong.empty(), true));
    assertThat(runner.run(step, kept).exitCode()).isZero();
    assertThat(root.resolve("a/own")).exists();
    assertThat(root.resolve("a/b")).doesNotExist();
  }

  @Test
  void interrupt_killsAllThatTheStepStarted() throws Exception {
    AtomicReference<Throwable> end = new AtomicReference<>();
    CountDownLatch started = new CountDownLatch(1);
    Output output =
        new Output() {
          @Override
          public void stdout(String text) {
            started.countDown();
          }

          @Override
          public void stderr(String text) {}
        };
    Step step = BusyboxRoot.shell(root, "setsid sleep 98761 & sleep 98762 & echo up; sleep 98763");
    Thread thread =
        Thread.startVirtualThread(
            () -> {
              try {
                runner.run(step, output);
              } catch (IOException | InterruptedException e) {
                end.set(e);
              }
            });
    started.await();
    awaitProcesses("9876", 3);
    thread.interrupt();
    thread.join();
    assertThat(end.get()).isInstanceOf(InterruptedException.class);
    assertThat(processesWith("9876")).isEmpty();
  }

  @Test
  void daemonsLeftBehind_endWithTheStep() throws Exception {
    assertThat(run("setsid sleep 98764 > /dev/null 2>&1 & exit 3").exitCode()).isEqualTo(3);
    assertThat(processesWith("98764")).isEmpty();
  }

  @Test
  void environment_isPassedOn() throws Exception {
    SequencedMap<String, String> env = new LinkedHashMap<>();
    env.put("PATH", "/bin");
    env.put("A", "b=c \"d\"");
    Step step = BusyboxRoot.shell(root, "echo \"$PATH|$A\"");
    runner.run(with(step, env, "/", ""), kept);
    assertThat(kept.out()).isEqualTo("/bin|b=c \"d\"\n");
  }

  /** Waits until so many of them have come up. */
  static void awaitProcesses(String text, int count) throws InterruptedException {
    while (processesWith(text).size() < count) {
      Thread.sleep(5);
    }
  }

  /** Sleepers: programs of busybox whose first argument starts with a text. */
  static List<String> processesWith(String text) {
    return ProcessHandle.allProcesses()
        .map(p -> p.info().commandLine().orElse(""))
        .filter(c -> c.contains("busybox " + text))
        .toList();
  }
}
