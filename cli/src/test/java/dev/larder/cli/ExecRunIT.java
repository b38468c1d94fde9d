package dev.larder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.cli.PackagedLarder.Ran;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands in containers that run, and containers for one command. */
final class ExecRunIT {
  @TempDir Path folder;
  private PackagedLarder larder;

  @BeforeEach
  void writeProject() throws IOException, InterruptedException {
    larder = PackagedLarder.in(folder);
    larder.importBusybox();
    larder.files(
        """
        FROM busybox
        ENV COLOUR=red
        CMD ["sh", "-c", "exec sleep 1000"]
        """,
        "compose.yaml",
        """
        name: execit
        services:
          web:
            build: .
            stop_signal: KILL
            ports: ["127.0.0.1::80"]
            depends_on:
              db: {condition: service_healthy}
          db:
            image: busybox
            command: sleep 1000
            stop_signal: KILL
            healthcheck: {test: "true", interval: 1s}
            volumes: ["data:/data"]
        volumes:
          data:
        """);
  }

  @AfterEach
  void removeServices() throws IOException, InterruptedException {
    larder.run("down", "-v", "-t", "0");
  }

  @Test
  void exec_runsInTheContainer_andPassesItsStatusOn() throws Exception {
    Ran up = larder.run("up", "-d", "db");
    assertThat(up.status()).as(up.toString()).isZero();

    Ran ran =
        larder.shell(
            """
            echo in | "$larder" exec -T -e A=b -e NO -w /data db \\
              sh -c 'read x; echo $x $A ${NO-unset}; echo $PWD; echo err >&2; exit 7'
            """);
    assertThat(ran).isEqualTo(new Ran(7, "in b unset\n/data\n", "err\n"));

    larder.run("exec", "-d", "db", "touch", "/data/made");
    assertThat(larder.home().resolve("volumes/execit_data/_data/made")).exists();

    Ran none = larder.run("exec", "db", "nosuch");
    assertThat(none.status()).isEqualTo(127);
    assertThat(none.err()).contains("nosuch").contains("not found");
    assertThat(larder.run("exec", "-u", "nobody", "db", "true").err())
        .contains("find user \"nobody\"");
    assertThat(larder.run("exec", "web", "true").err())
        .contains("run a command in web")
        .contains("no such service that was started");
    larder.run("stop", "db");
    assertThat(larder.run("exec", "db", "true").err()).contains("it does not run");
  }

  @Test
  void exec_thatIsKilled_leavesNothingInside() throws Exception {
    larder.run("up", "-d", "db");
    Ran ran =
        larder.shell(
            """
            "$larder" exec db sh -c 'touch /data/on; while :; do date >/data/beat; sleep 0.1; done' &
            until [ -e "$LARDER_HOME/volumes/execit_data/_data/beat" ]; do sleep 0.1; done
            kill -TERM $!; wait $!
            """);
    assertThat(ran.status()).as(ran.toString()).isEqualTo(143);
    Path beat = larder.home().resolve("volumes/execit_data/_data/beat");
    Files.delete(beat);
    larder.run("exec", "db", "sleep", "0.3");
    assertThat(beat).doesNotExist();
  }

  @Test
  void run_makesAContainerForOneCommand_afterWhatItNeeds() throws Exception {
    Ran ran =
        larder.shell(
            """
            echo in | "$larder" run --rm -e A=b web sh -c 'read x; echo $x $A $COLOUR; exit 5'
            """);
    assertThat(ran.status()).as(ran.toString()).isEqualTo(5);
    assertThat(ran.out()).isEqualTo("in b red\n");
    assertThat(ran.err()).contains(" Container execit-db-1  Healthy\n");
    assertThat(larder.run("ps", "-a", "-q").out()).isEqualTo("execit-db-1\n");

    Ran kept = larder.run("run", "--no-deps", "--entrypoint", "echo", "web", "hello");
    assertThat(kept.out()).isEqualTo("hello\n");
    assertThat(larder.run("ps", "-a", "-q").out()).containsPattern("execit-web-run-[0-9a-f]{12}\n");

    Ran background = larder.run("run", "-d", "--name", "side", "web");
    assertThat(background.out()).isEqualTo("side\n");
    assertThat(larder.run("ps", "-q").out()).contains("side\n");
  }

  @Test
  void run_takesAnImageWithoutAComposeFile() throws Exception {
    Ran ran =
        larder.shell(
            """
            mkdir -p "$PWD/else" && cd "$PWD/else" && echo note >file && rm ../compose.yaml
            "$larder" run --rm -v .:/here:ro busybox sh -c 'cat /here/file; echo x >/here/file'
            """);
    assertThat(ran.status()).as(ran.toString()).isEqualTo(1);
    assertThat(ran.out()).isEqualTo("note\n");
    assertThat(ran.err()).contains("Read-only file system");
    Ran none = larder.run("run", "nosuch");
    assertThat(none.status()).isEqualTo(1);
    assertThat(none.err()).contains("run nosuch: ");
  }
}
