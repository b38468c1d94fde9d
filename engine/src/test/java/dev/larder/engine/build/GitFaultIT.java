package dev.larder.engine.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.larder.engine.source.GitServer;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Fetches that are killed, cut off, or run side by side. */
final class GitFaultIT {
  @TempDir Path folder;

  private GitServer server;
  private String dockerfile;

  @BeforeEach
  void open() throws Exception {
    server = GitServer.start(folder.resolve("git"));
    server.commit("app", Map.of("data", "1\n"));
    dockerfile = "FROM scratch\nADD " + server.url("app") + "?mtime=commit /app\n";
    Files.createDirectories(folder.resolve("home"));
    Files.createDirectories(folder.resolve("context"));
    Files.writeString(folder.resolve("context/Dockerfile"), dockerfile);
  }

  @AfterEach
  void close() {
    server.close();
  }

  private Process victim() throws IOException {
    String classPath =
        System.getProperty("java.class.path")
            + File.pathSeparator
            + System.getProperty("jdk.module.path", "");
    Process victim =
        new ProcessBuilder(
                "unshare",
                "-m",
                "--propagation",
                "private",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                classPath,
                BuildVictim.class.getName(),
                folder.resolve("home").toString(),
                folder.resolve("context").toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    assertThat(victim.inputReader().readLine()).isEqualTo("up");
    return victim;
  }

  private long fetches() {
    return server.requests.stream().filter(request -> request.endsWith(" fetch")).count();
  }

  @Test
  void gitThatOutlivesAKilledBuild_isWaitedFor() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch answer = new CountDownLatch(1);
    server.beforeFetch =
        () -> {
          asked.countDown();
          try {
            answer.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        };
    Process victim = victim();
    assertThat(asked.await(1, TimeUnit.MINUTES)).isTrue();
    victim.destroyForcibly().waitFor();
    Thread answering =
        Thread.ofPlatform()
            .start(
                () -> {
                  while (locked().isEmpty()) {
                    Thread.onSpinWait();
                  }
                  answer.countDown();
                });
    try (Builds builds = Builds.on(folder.resolve("home"), folder.resolve("context"))) {
      BuildResult result = builds.build(dockerfile);
      assertThat(builds.read(result, "app/data")).isEqualTo("1\n");
    }
    answering.join();
    assertThat(fetches()).isEqualTo(1);
  }

  /**
   * Processes that wait for a lock of a repository of this test: {@code flock} in its arguments.
   */
  private List<ProcessHandle> locked() {
    return ProcessHandle.current()
        .descendants()
        .filter(
            process ->
                process.info().commandLine().orElse("").startsWith("flock " + folder)
                    || process.info().commandLine().orElse("").contains("/flock " + folder))
        .toList();
  }

  @Test
  void whatAKilledGitLeft_isTakenAway() throws Exception {
    server.cutsOff = true;
    try (Builds builds = Builds.on(folder.resolve("home"), folder.resolve("context"))) {
      assertThatExceptionOfType(BuildFailure.class)
          .isThrownBy(() -> builds.build(dockerfile))
          .withMessageContaining("fetch git " + server.url("app"));
      server.cutsOff = false;
      try (var repositories = Files.newDirectoryStream(folder.resolve("home/git"), "*[0-9a-f]")) {
        for (Path repository : repositories) {
          if (Files.exists(repository.resolve("HEAD"))) {
            Files.writeString(repository.resolve("shallow.lock"), "");
            Files.writeString(repository.resolve("config.lock"), "");
            Files.createDirectories(repository.resolve("objects/pack"));
            Files.writeString(repository.resolve("objects/pack/tmp_pack_x"), "left");
          }
        }
      }
      BuildResult result = builds.build(dockerfile);
      assertThat(builds.read(result, "app/data")).isEqualTo("1\n");
    }
  }

  @Test
  void twoBuildsAtOnce_fetchOnce() throws Exception {
    Process one = victim();
    Process two = victim();
    String image = one.inputReader().readLine();
    assertThat(image).startsWith("sha256:");
    assertThat(two.inputReader().readLine()).isEqualTo(image);
    assertThat(fetches()).isEqualTo(1);
  }

  @Test
  void folderThatCannotBeWritten_isNamed() throws Exception {
    Files.createDirectories(folder.resolve("home"));
    Files.writeString(folder.resolve("home/git"), "a file in the way");
    try (Builds builds = Builds.on(folder.resolve("home"), folder.resolve("context"))) {
      assertThatExceptionOfType(BuildFailure.class)
          .isThrownBy(() -> builds.build(dockerfile))
          .withMessageContaining(new File(folder.toFile(), "home/git").toString());
    }
  }
}
