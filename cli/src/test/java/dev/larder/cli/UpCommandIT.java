package dev.larder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.cli.PackagedLarder.Ran;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A project's day in docker compose's words: up, ps, logs, restart, stop, start, down. */
final class UpCommandIT {
  @TempDir Path folder;
  private PackagedLarder larder;

  @BeforeEach
  void writeProject() throws IOException, InterruptedException {
    larder = PackagedLarder.in(folder);
    larder.importBusybox();
    larder.files(
        """
        FROM busybox
        COPY text /text
        CMD ["sh", "-c", "cat /text; exec sleep 1000"]
        """,
        "text",
        "one\n",
        "compose.yaml",
        """
        name: upit
        services:
          web:
            build: .
            stop_signal: KILL
            depends_on:
              db: {condition: service_healthy}
              job: {condition: service_completed_successfully}
          db:
            image: busybox
            command: sh -c 'echo $$(date +%s) >>/data/starts; exec sleep 1000'
            stop_signal: KILL
            healthcheck: {test: cat /data/starts, interval: 1s}
            volumes: ["data:/data"]
          job:
            image: busybox
            command: echo migrated
        volumes:
          data:
        """);
  }

  @AfterEach
  void removeServices() throws IOException, InterruptedException {
    larder.run("down", "-v", "-t", "0");
  }

  private Ran ok(String... args) throws Exception {
    Ran ran = larder.run(args);
    assertThat(ran.status()).as("%s: %s", List.of(args), ran).isZero();
    return ran;
  }

  @Test
  void up_startsInOrder_andTouchesOnlyWhatChanged() throws Exception {
    Ran first = ok("up", "-d");
    assertThat(first.err().lines().filter(line -> line.startsWith(" Container")))
        .containsExactly(
            " Container upit-db-1  Starting",
            " Container upit-db-1  Started",
            " Container upit-job-1  Starting",
            " Container upit-job-1  Started",
            " Container upit-db-1  Waiting",
            " Container upit-db-1  Healthy",
            " Container upit-job-1  Waiting",
            " Container upit-job-1  Exited",
            " Container upit-web-1  Starting",
            " Container upit-web-1  Started");
    assertThat(first.out()).isEmpty();

    larder.files(
        "FROM busybox\nCOPY text /text\nCMD cat /text; exec sleep 1000\n", "text", "two\n");
    assertThat(ok("up", "-d").err()).as("an image that is there is kept").doesNotContain("COPY");
    Ran built = ok("up", "-d", "--build");
    assertThat(built.err())
        .contains(" Container upit-db-1  Running\n")
        .contains(" Container upit-web-1  Recreate\n");
    assertThat(ok("logs", "--no-log-prefix", "web").out()).isEqualTo("two\n");
    assertThat(ok("logs", "-t", "--since", "1h", "job").out())
        .matches("(job-1  \\| \\d{4}-\\d\\d-\\d\\dT\\S+Z migrated\n)+");
    assertThat(ok("logs", "--since", "2000-01-01", "--until", "2000-01-02").out()).isEmpty();

    assertThat(ok("ps", "-q").out()).isEqualTo("upit-db-1\nupit-web-1\n");
    assertThat(ok("ps", "-a", "--format", "json", "job").out())
        .contains("\"State\":\"exited\"", "\"ExitCode\":0", "\"Service\":\"job\"");
    assertThat(ok("ps", "--services", "--status", "running").out()).isEqualTo("db\nweb\n");
  }

  @Test
  void stopStartRestart_keepTheContainer_andDownRemovesAll() throws Exception {
    ok("up", "-d", "--no-build", "db");
    assertThat(ok("restart", "db").err())
        .isEqualTo(
            """
             Container upit-db-1  Stopping
             Container upit-db-1  Stopped
             Container upit-db-1  Starting
             Container upit-db-1  Started
            """);
    ok("stop");
    ok("start");
    Path starts = larder.home().resolve("volumes/upit_data/_data/starts");
    assertThat(Files.readAllLines(starts)).hasSize(3);

    ok("down");
    assertThat(starts).exists();
    assertThat(ok("ps", "-a").out().lines()).hasSize(1);
    ok("up", "-d", "db");
    assertThat(ok("down", "-v", "--rmi", "local").err())
        .contains(" Volume upit_data  Removed\n")
        .contains(" Network upit_default  Removed\n");
    assertThat(starts).doesNotExist();
    assertThat(ok("down").err()).isEmpty();
  }

  @Test
  void attachedUp_showsLogs_andStopsAllOnInterrupt() throws Exception {
    Ran ran =
        larder.shell(
            """
            set -m # without job control, what runs in the background ignores SIGINT
            "$larder" up --progress plain >out 2>err & pid=$!
            until grep -q 'web-1  | one' out; do sleep 0.1; kill -0 $pid || exit 9; done
            kill -INT $pid
            wait $pid
            """);
    assertThat(ran.status()).as(ran.toString()).isEqualTo(130);
    assertThat(Files.readString(larder.directory().resolve("err"))).contains("Gracefully stopping");
    assertThat(Files.readString(larder.directory().resolve("out"))).contains("job-1  | migrated\n");
    assertThat(ok("ps", "-q").out()).isEmpty();
    assertThat(ok("ps", "-a", "-q").out().lines()).hasSize(3);
  }

  @Test
  void exitStatus_canBeThatOfAService() throws Exception {
    larder.files(
        "FROM busybox\n",
        "compose.yaml",
        """
        name: upit
        services:
          test: {image: busybox, command: "sh -c 'echo tests; exit 7'"}
          side: {image: busybox, command: sleep 1000, stop_signal: KILL}
        """);
    Ran ran = larder.run("up", "--exit-code-from", "test");
    assertThat(ran.status()).as(ran.toString()).isEqualTo(7);
    assertThat(ran.out()).contains("test-1  | tests\n").contains("test-1 exited with code 7\n");
    assertThat(ok("ps", "-q").out()).isEmpty();
  }

  @Test
  void wrongUsage_isToldBeforeAnythingHappens() throws Exception {
    assertThat(larder.run("up", "--build", "--no-build").err())
        .contains("--build and --no-build contradict each other");
    assertThat(larder.run("up", "-d", "--abort-on-container-exit").status()).isEqualTo(2);
    assertThat(larder.run("up", "--no-build").err())
        .contains("there is no image upit-web")
        .contains("larder rebuild web");
    assertThat(larder.run("stop", "wep").err()).contains("no such service: wep");
    assertThat(larder.run("logs", "--since", "soon").status()).isEqualTo(2);
    assertThat(larder.run("down", "--rmi", "some").status()).isEqualTo(2);
    assertThat(larder.run("start").err()).contains("it has no containers");
  }
}
