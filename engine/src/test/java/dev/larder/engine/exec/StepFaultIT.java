package dev.larder.engine.exec;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import dev.larder.engine.linux.Processes;
import dev.larder.engine.mount.CacheLease;
import dev.larder.engine.mount.CacheMounts;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Engines that are killed while a step runs. */
final class StepFaultIT {
  @TempDir Path folder;

  @Test
  void killedEngine_leavesNoProcessAndNoMount() throws Exception {
    Process victim = start();
    StepRunnerIT.awaitProcesses("9753", 2);
    Processes.kill(victim.pid(), Processes.SIGKILL);
    victim.waitFor();
    // The next holder of the mount gets it when the step has ended, and not before.
    CacheMounts mounts = CacheMounts.open(folder.resolve("mounts"), InstantSource.system());
    try (CacheLease lease = mounts.acquire(StepVictim.MOUNT)) {
      assertThat(StepRunnerIT.processesWith("9753")).isEmpty();
      Files.deleteIfExists(lease.folder().resolve("last"));
      Thread.sleep(50);
      assertThat(lease.folder().resolve("last")).doesNotExist();
    }
    assertThat(Files.readString(Path.of("/proc/self/mounts"))).doesNotContain(folder.toString());
    assertThat(Files.readString(Path.of("/proc/1/mounts"))).doesNotContain(folder.toString());
  }

  @Test
  void whatAKilledEngineLeft_isTakenAwayByTheNext() throws Exception {
    Process victim = start();
    Processes.kill(victim.pid(), Processes.SIGKILL);
    victim.waitFor();
    assertThat(folder.resolve("run")).isNotEmptyDirectory();
    StepRunner.open(folder.resolve("run"), Map.of()).close();
    assertThat(folder.resolve("run")).isEmptyDirectory();
  }

  @Test
  void engineToldToEnd_endsItsStepToo() throws Exception {
    Process victim = start();
    victim.destroy();
    assertThat(victim.waitFor(10, TimeUnit.SECONDS)).isTrue();
    CacheMounts mounts = CacheMounts.open(folder.resolve("mounts"), InstantSource.system());
    mounts.acquire(StepVictim.MOUNT).close();
    assertThat(StepRunnerIT.processesWith("9753")).isEmpty();
  }

  private Process start() throws IOException, URISyntaxException {
    List<String> classPath = new ArrayList<>();
    for (Class<?> one : List.of(StepRunner.class, StepVictim.class, Gson.class)) {
      classPath.add(
          Path.of(one.getProtectionDomain().getCodeSource().getLocation().toURI()).toString());
    }
    Process victim =
        new ProcessBuilder(
                "unshare",
                "-m",
                "--propagation",
                "private",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                String.join(File.pathSeparator, classPath),
                StepVictim.class.getName(),
                folder.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    BufferedReader output = victim.inputReader();
    assertThat(output.readLine()).isEqualTo("up");
    return victim;
  }
}
