package dev.larder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.cli.PackagedLarder.Ran;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Services as users have them: started by one command, seen and stopped by others. */
final class RebuildCommandIT {
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
        CMD ["sh", "-c", "cat /text; while true; do sleep 1; done"]
        """,
        "text",
        "one\n",
        "compose.yaml",
        """
        name: larderit
        services:
          web:
            build: .
            stop_grace_period: 1s
            healthcheck:
              test: ["CMD", "true"]
              interval: 1s
        """);
  }

  @AfterEach
  void stopServices() throws IOException, InterruptedException {
    larder.run("down", "-v", "-t", "0");
  }

  @Test
  void rebuild_startsWhatChanged_andOtherCommandsSeeIt() throws Exception {
    Ran first = larder.run("rebuild", "--progress", "plain");
    assertThat(first.status()).as(first.err()).isZero();
    assertThat(first.err()).contains("web: started, well after ").contains(" run; downloaded 0 B");
    assertThat(larder.run("ps").out()).contains("larderit").contains("healthy");
    assertThat(larder.run("logs", "web").out()).isEqualTo("web-1  | one\n");

    Ran same = larder.run("rebuild", "--progress", "plain");
    assertThat(same.err())
        .contains("web: unchanged, left running")
        .contains("2 steps reused, 0 run");

    larder.files("FROM busybox\nCOPY text /text\nCMD cat /text; sleep 1000\n", "text", "two\n");
    Ran changed = larder.run("rebuild", "--progress", "plain");
    assertThat(changed.err())
        .contains("\n 1 warning found (use larder check to expand):\n - JSONArgsRecommended: ")
        .contains("web: replaced, well after ");
    assertThat(larder.run("logs", "--no-log-prefix").out()).isEqualTo("two\n");

    Ran stopped = larder.run("stop");
    assertThat(stopped.status()).as(stopped.err()).isZero();
    assertThat(stopped.err())
        .isEqualTo(" Container larderit-web-1  Stopping\n Container larderit-web-1  Stopped\n");
    assertThat(larder.run("ps").out()).doesNotContain("larderit");
    assertThat(larder.run("ps", "-a").out()).contains("Exited (");
    assertThat(larder.run("logs", "-f").out()).isEqualTo("web-1  | two\n");
  }

  private static final String FIVE =
      """
      name: larderit
      services:
        web: {build: ./web, depends_on: [api], stop_signal: KILL}
        api:
          build: ./api
          stop_signal: KILL
          depends_on:
            db: {condition: service_healthy}
            migrate: {condition: service_completed_successfully}
        migrate:
          image: busybox
          command: sh -c 'echo row >>/data/rows'
          volumes: ["data:/data"]
          depends_on: {db: {condition: service_healthy}}
        db:
          image: busybox
          command: sh -c 'echo start >>/data/starts; exec sleep 1000'
          stop_signal: KILL
          volumes: ["data:/data"]
          healthcheck: {test: cat /data/starts, interval: 1s}
        worker: {build: ./worker, stop_signal: KILL, depends_on: [db]}
      volumes:
        data:
      """;

  @Test
  void oneChangedFile_isOneBuildAndOneRestart_andTheDataStays() throws Exception {
    String dockerfile = "FROM busybox\nCOPY code /code\nCMD cat /code; exec sleep 1000\n";
    larder.files(
        dockerfile,
        "web/Dockerfile",
        dockerfile,
        "web/code",
        "web 1\n",
        "api/Dockerfile",
        dockerfile,
        "api/code",
        "api 1\n",
        "worker/Dockerfile",
        dockerfile,
        "worker/code",
        "worker 1\n",
        "compose.yaml",
        FIVE);
    Ran first = larder.run("rebuild", "--progress", "plain");
    assertThat(first.status()).as(first.err()).isZero();

    larder.files(dockerfile, "api/code", "api 2\n");
    Ran second = larder.run("rebuild", "--progress", "plain", "--json");
    assertThat(second.status()).as(second.err()).isZero();
    assertThat(second.err())
        .contains("api: replaced, well after ")
        .contains("web: unchanged, left running")
        .contains("worker: unchanged, left running")
        .contains("db: unchanged, left running")
        .contains("5 steps reused, 1 run; downloaded 0 B");
    assertThat(second.out()).contains("\"ok\":true", "\"action\":\"replaced\"", "\"stepsRun\":1,");
    assertThat(larder.run("exec", "db", "cat", "/data/starts").out()).isEqualTo("start\n");
    assertThat(larder.run("exec", "db", "head", "-n", "1", "/data/rows").out()).isEqualTo("row\n");
  }

  @Test
  void newContainerInTrouble_givesWayToTheOneBefore_withAReport() throws Exception {
    assertThat(larder.run("rebuild").status()).isZero();
    larder.files(
        "FROM busybox\nCMD echo broken; exit 3\n",
        "compose.yaml",
        "name: larderit\nservices: {web: {build: ., restart: always, stop_signal: KILL}}\n");

    Ran crash = larder.run("rebuild", "--json");

    assertThat(crash.status()).isEqualTo(1);
    assertThat(crash.err())
        .contains("ERROR: start web: it ended with exit code 3, ")
        .contains("its last lines:\n")
        .contains("broken")
        .contains("the container before it runs again")
        .contains("hint: look around in it: larder run ");
    assertThat(crash.out())
        .contains("\"ok\":false", "\"trouble\":\"crash-loop\"", "\"restored\":true");
    assertThat(larder.run("exec", "web", "cat", "/text").out()).isEqualTo("one\n");

    larder.files(
        "FROM busybox\nCMD sleep 1000\n",
        "compose.yaml",
        """
        name: larderit
        services:
          web:
            build: .
            stop_signal: KILL
            healthcheck: {test: exit 1, interval: 1s, start_period: 1h, start_interval: 1s}
        """);
    Ran slow = larder.run("rebuild", "--wait-timeout", "2", "--no-rollback");
    assertThat(slow.err())
        .contains("not healthy after 2 s")
        .contains("give it more time: --wait-timeout 4")
        .doesNotContain("the container before it");
    assertThat(larder.run("ps").out()).contains("(health: starting)");
  }

  @Test
  void boundFileThatChanged_meansARestart_andBakedInCodeARebuild() throws Exception {
    larder.files(
        "FROM busybox\nCOPY text /text\nCMD cat /conf /text; exec sleep 1000\n",
        "conf",
        "calm\n",
        ".dockerignore",
        "conf\n",
        "compose.yaml",
        """
        name: larderit
        services:
          web: {build: ., stop_signal: KILL, volumes: ["./conf:/conf:ro"]}
        """);
    assertThat(larder.run("rebuild").status()).isZero();
    larder.files("FROM busybox\nCOPY text /text\nCMD cat /conf /text; exec sleep 1000\n");
    assertThat(larder.run("rebuild").err()).contains("web: unchanged");

    larder.shell("echo wild >conf");
    Ran restart = larder.run("rebuild", "--progress", "plain");
    assertThat(restart.err())
        .contains("web: restarted for a changed file")
        .contains("2 steps reused, 0 run");
    assertThat(larder.run("logs", "--no-log-prefix").out()).isEqualTo("calm\none\nwild\none\n");

    assertThat(larder.run("restart").err()).contains("Dockerfile is newer than the container");
    larder.shell("echo two >text");
    assertThat(larder.run("rebuild", "--no-start").err()).contains("not started");
    assertThat(larder.run("exec", "web", "cat", "/text").out()).isEqualTo("one\n");
  }

  @Test
  void config_showsWhatTheFilesComeTo() throws Exception {
    Ran yaml = larder.run("config");
    assertThat(yaml.status()).as(yaml.err()).isZero();
    assertThat(yaml.out()).startsWith("name: larderit\n").contains("stop_grace_period: 1s");

    Ran json = larder.run("config", "--format", "json");
    assertThat(json.out()).contains("\"dockerfile\": \"Dockerfile\"");
    assertThat(larder.run("config", "--services").out()).isEqualTo("web\n");
    assertThat(larder.run("config", "-q").out()).isEmpty();

    Ran unknown = larder.run("config", "wep");
    assertThat(unknown.status()).isEqualTo(1);
    assertThat(unknown.err()).contains("no such service: wep");
  }

  @Test
  void serviceThatEnds_isAnErrorWithItsLastWords() throws Exception {
    larder.files("FROM busybox\nCMD [\"sh\", \"-c\", \"echo no database; exit 3\"]\n");
    Ran ran = larder.run("rebuild");
    assertThat(ran.status()).isEqualTo(1);
    assertThat(ran.err()).contains("ERROR: ").contains("web").contains("3");
    assertThat(ran.out() + ran.err()).contains("no database");
  }

  @Test
  void unknownService_andMissingFile_areErrors() throws Exception {
    assertThat(larder.run("rebuild", "wep").err()).contains("there is no service \"wep\"");
    Ran elsewhere = larder.shell("cd / && \"$larder\" rebuild");
    assertThat(elsewhere.status()).isEqualTo(1);
    assertThat(elsewhere.err()).contains("no compose file in /");
    assertThat(larder.run("logs", "web").err()).contains("no such service that was started");
  }
}
