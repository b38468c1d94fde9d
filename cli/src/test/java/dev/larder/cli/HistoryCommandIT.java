package dev.larder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.larder.cli.PackagedLarder.Ran;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code larder history} as users have it. */
final class HistoryCommandIT {
  private static final String APP =
      """
      FROM busybox AS base
      RUN echo from the base
      FROM base
      COPY source /source
      RUN echo made of $(cat /source) && date > /when
      """;

  @TempDir Path folder;
  private PackagedLarder larder;

  @BeforeEach
  void build() throws Exception {
    larder = PackagedLarder.in(folder);
    assertThat(larder.run("history", "ls").out()).startsWith("BUILD");
    assertThat(larder.run("history", "show").err()).contains("no build has left a record yet");
    larder.importBusybox();
    larder.files(APP, "source", "one\n");
    assertThat(larder.run("build", "-t", "app", ".").status()).isZero();
    larder.files(APP, "source", "two\n");
    assertThat(larder.run("build", "-t", "app", ".").status()).isZero();
    larder.files(APP + "RUN echo oh no && false\n", "source", "two\n");
    assertThat(larder.run("build", "-t", "app", ".").status()).isEqualTo(1);
  }

  private List<String> ids() throws Exception {
    return larder.run("history", "ls", "-q").out().lines().toList();
  }

  private String out(String... args) throws Exception {
    Ran ran = larder.run(args);
    assertThat(ran.status()).as(ran.err()).isZero();
    return ran.out();
  }

  @Test
  void ls_fitsIntoEightyColumns_andSkipsTornRecords() throws Exception {
    List<String> lines = out("history", "ls").lines().toList();
    assertThat(lines).hasSize(4).allMatch(line -> line.length() <= 80);
    assertThat(lines.get(1)).contains("work", "failed");
    assertThat(lines.get(2)).contains("work", "built", "2/4");
    JsonObject newest =
        JsonParser.parseString(out("history", "ls", "--json").lines().findFirst().orElseThrow())
            .getAsJsonObject();
    assertThat(newest.get("status").getAsString()).isEqualTo("failed");
    Path torn = larder.home().resolve("history").resolve("20200101T000000000-123456.00.json");
    Files.writeString(torn, "{\"version\":2,\"id\":\"");
    Ran ran = larder.run("history", "ls");
    assertThat(ran.status()).isZero();
    assertThat(ran.out().lines()).hasSize(4);
    assertThat(ran.err()).contains("not a record", "larder history rm 20200101T000000000-123456");
    assertThat(larder.run("history", "show", "123456").err()).contains("not a record");
    out("history", "rm", "123456");
    assertThat(larder.run("history", "ls").err()).isEmpty();
  }

  @Test
  void show_tellsStepsWithReasonsAndTimes() throws Exception {
    assertThat(out("history", "inspect", "^1"))
        .contains("named       docker.io/library/app:latest")
        .contains("status      built in ")
        .contains("because: 1 file changed (source)")
        .contains("because: follows step 1")
        .containsPattern("image {7}sha256:[0-9a-f]{64}")
        .containsPattern("kernel {6}\\d");
    String failed = out("history", "show");
    assertThat(failed).contains("error       process \"").contains("failed  ");
    JsonObject json =
        JsonParser.parseString(out("history", "show", "--json", ids().getLast())).getAsJsonObject();
    assertThat(json.getAsJsonArray("steps").size()).isEqualTo(5);
    assertThat(larder.run("history", "show", "nope").err())
        .contains("build nope: there is no record of it\n  hint: larder history ls lists them");
  }

  @Test
  void logs_tellTheBuildAgain() throws Exception {
    assertThat(out("history", "logs", "^2"))
        .contains("RUN echo from the base")
        .containsPattern("(?m)^#\\d+ \\d+\\.\\d+ from the base$")
        .containsPattern("(?m)^#\\d+ DONE \\d");
    assertThat(out("history", "logs", "^1"))
        .containsPattern("(?m)^#\\d+ CACHED$")
        .contains("made of two");
    assertThat(out("history", "logs", "^2", "base:2")).isEqualTo("from the base\n");
    assertThat(out("history", "logs", "^1", "2")).isEqualTo("made of two\n");
    assertThat(out("history", "logs")).contains("oh no").contains("ERROR: ");
    assertThat(out("history", "logs", "--progress", "rawjson").lines())
        .allMatch(line -> line.startsWith("{"));
    assertThat(larder.run("history", "logs", "^1", "9").err())
        .contains("step 9: the build has none of that name")
        .contains("[base 2/2] RUN echo from the base");
  }

  @Test
  void rm_removesRecordAndLog() throws Exception {
    String id = ids().getFirst();
    assertThat(out("history", "rm", id)).isEqualTo(id + "\n");
    assertThat(ids()).hasSize(2).doesNotContain(id);
    out("history", "rm", "--all");
    assertThat(larder.home().resolve("history").toFile().list()).isEmpty();
    assertThat(larder.run("history", "rm").err()).contains("missing argument BUILD");
  }

  @Test
  void help_listsTheCommandsBelow() throws Exception {
    assertThat(out("history", "--help")).contains("ls ", "show ").doesNotContain("inspect");
    assertThat(out("help", "history", "ls")).contains("usage: larder history ls", "--json");
    Ran wrong = larder.run("history", "lsx");
    assertThat(wrong.status()).isEqualTo(2);
    assertThat(wrong.err()).contains("unknown command lsx", "did you mean ls");
  }
}
