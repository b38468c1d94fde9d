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
    assertThat(changed.err()).contains("web: replaced, well after ");
    assertThat(larder.run("logs", "--no-log-prefix").out()).isEqualTo("two\n");

    Ran stopped = larder.run("stop");
    assertThat(stopped.status()).as(stopped.err()).isZero();
    assertThat(stopped.err())
        .isEqualTo(" Container larderit-web-1  Stopping\n Container larderit-web-1  Stopped\n");
    assertThat(larder.run("ps").out()).doesNotContain("larderit");
    assertThat(larder.run("ps", "-a").out()).contains("Exited (");
    assertThat(larder.run("logs", "-f").out()).isEqualTo("web-1  | two\n");
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
