package dev.larder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.cli.PackagedLarder.Ran;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Contexts that are no folders, as users name them: repositories of git's own server, and tars. */
final class ContextsIT {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir Path folder;
  private PackagedLarder larder;
  private Process daemon;
  private String url;

  @BeforeEach
  void start() throws IOException, InterruptedException {
    larder = PackagedLarder.in(folder);
    larder.importBusybox();
    Path served = Files.createDirectories(folder.resolve("served"));
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    daemon =
        larder
            .process(
                List.of(
                    "git",
                    "daemon",
                    "--listen=127.0.0.1",
                    "--port=" + port,
                    "--reuseaddr",
                    "--export-all",
                    "--base-path=" + served))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    awaitServer(port);
    url = "git://127.0.0.1:" + port + "/app";
    commit(
        "mkdir sub; echo one > sub/data; printf 'FROM busybox\\nCOPY . /all\\n' > sub/Dockerfile",
        "git init -q -b main served/app && cd served/app");
  }

  @AfterEach
  void stop() throws InterruptedException {
    daemon.descendants().forEach(ProcessHandle::destroyForcibly);
    daemon.destroyForcibly().waitFor();
  }

  private void awaitServer(int port) throws IOException, InterruptedException {
    Instant end = Instant.now().plus(PATIENCE);
    while (true) {
      try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
        return;
      } catch (IOException e) {
        assertThat(daemon.isAlive()).isTrue();
        assertThat(Instant.now()).isBefore(end);
        Thread.sleep(20);
      }
    }
  }

  private void commit(String change, String first) throws IOException, InterruptedException {
    String who = "-c user.name=tester -c user.email=tester@example.test";
    Ran ran =
        larder.shell(
            "cd .. && "
                + first
                + " && "
                + change
                + " && git add -A && git "
                + who
                + " commit -q -m 'a commit'");
    assertThat(ran.status()).as(ran.err()).isZero();
  }

  private String built(String shell) throws IOException, InterruptedException {
    Ran ran = larder.shell(shell);
    assertThat(ran.status()).as(ran.err()).isZero();
    return ran.err();
  }

  private String file(String path) throws IOException {
    return Files.readString(larder.directory().resolve(path));
  }

  @Test
  void repository_isBuiltAndNotFetchedTwice() throws Exception {
    String build = "\"$larder\" build --progress plain -o out '" + url + "#main:sub'";
    assertThat(built(build))
        .contains("[internal] load git source " + url + "#main:sub")
        .containsPattern("(?m)^built .*; downloaded \\d+ B$");
    assertThat(file("out/all/data")).isEqualTo("one\n");
    assertThat(built(build))
        .containsPattern("(?m)^built .*: 2 steps reused, 0 run; downloaded 0 B");
    commit("echo two > sub/data", "cd served/app");
    built(build);
    assertThat(file("out/all/data")).isEqualTo("two\n");
    assertThat(built(build.replace("build", "build --offline"))).contains("downloaded 0 B");
  }

  @Test
  void ownDockerfile_buildsTheRepository() throws Exception {
    larder.files("FROM busybox\nCOPY sub/data /copied\n");
    built("\"$larder\" build -o out -f - '" + url + "' < Dockerfile");
    assertThat(file("out/copied")).isEqualTo("one\n");
    built("\"$larder\" build -o other -f \"$PWD/Dockerfile\" '" + url + "'");
    assertThat(file("other/copied")).isEqualTo("one\n");
  }

  @Test
  void standardInput_isAnArchiveOrADockerfile() throws Exception {
    larder.files("FROM busybox\nCOPY data /copied\n", "data", "here\n");
    built("tar cz Dockerfile data | \"$larder\" build -o out -");
    assertThat(file("out/copied")).isEqualTo("here\n");
    built("mv Dockerfile Other; tar c Other data | \"$larder\" build -o tar -f Other -");
    assertThat(file("tar/copied")).isEqualTo("here\n");
    built("printf 'FROM busybox\\nRUN echo alone > /a\\n' | \"$larder\" build -o alone -");
    assertThat(file("alone/a")).isEqualTo("alone\n");
    Ran both = larder.shell("\"$larder\" build -f - - < Other");
    assertThat(both.status()).isEqualTo(2);
    assertThat(both.err()).contains("can't be both the context and the Dockerfile");
    Ran ambiguous = larder.shell("\"$larder\" build -f Other - < Other");
    assertThat(ambiguous.status()).isEqualTo(2);
    assertThat(larder.shell("tar c Other data | \"$larder\" check -f Other -").out())
        .contains("no warnings found");
  }

  @Test
  void namedContexts_areRepositories() throws Exception {
    larder.files("FROM busybox\nADD " + url + "?subdir=sub /added\nCOPY --from=src sub/data /n\n");
    built("\"$larder\" build -o out --build-context src=" + url + " .");
    assertThat(file("out/n")).isEqualTo("one\n");
    assertThat(file("out/added/data")).isEqualTo("one\n");
    Ran wrong = larder.run("build", "--build-context", "src=target:x", ".");
    assertThat(wrong.status()).isEqualTo(2);
    Ran query = larder.run("build", url + "?branch=a&tag=b");
    assertThat(query.status()).isEqualTo(2);
    assertThat(query.err()).contains("branch conflicts with tag");
  }

  @Test
  void composeFile_namesRepositoriesAndServices() throws Exception {
    larder.files(
        "",
        "compose.yaml",
        """
        name: contexts
        services:
          app:
            build: {context: '%s#main:sub', additional_contexts: {lib: 'service:base'}}
            command: ["sleep", "60"]
            stop_grace_period: 0s
          base:
            profiles: [never]
            build:
              context: '%s'
              dockerfile_inline: |
                FROM busybox
                COPY sub/data /lib
        """
            .formatted(url, url));
    commit("printf 'COPY --from=lib /lib /lib\\n' >> sub/Dockerfile", "cd served/app");
    try {
      Ran ran = larder.run("rebuild", "--progress", "plain");
      assertThat(ran.status()).as(ran.err()).isZero();
      assertThat(larder.run("images").out()).contains("contexts-base", "contexts-app");
      assertThat(larder.run("ps").out()).contains("app").doesNotContain("base");
    } finally {
      larder.run("stop");
    }
  }
}
