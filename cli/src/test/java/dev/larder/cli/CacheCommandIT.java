package dev.larder.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.larder.cli.PackagedLarder.Ran;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is kept is shown and cleared as users do it. */
final class CacheCommandIT {
  private static final String DOCKERFILE =
      """
      FROM busybox AS tool
      RUN head -c 300000 /dev/zero >/tool
      FROM busybox
      COPY --from=tool /tool /tool
      RUN --mount=type=cache,target=/root/.cache/pip head -c 200000 /dev/zero >/root/.cache/pip/wheel
      """;

  @TempDir Path folder;
  private PackagedLarder larder;

  @BeforeEach
  void open() throws IOException, InterruptedException {
    larder = PackagedLarder.in(folder);
    larder.importBusybox();
  }

  private String ok(String... args) throws IOException, InterruptedException {
    Ran ran = larder.run(args);
    assertThat(ran.status()).as(ran.err()).isZero();
    return ran.out();
  }

  private void build() throws IOException, InterruptedException {
    larder.files(DOCKERFILE);
    ok("build", "--project", "shop", "-t", "app", ".");
  }

  private JsonObject du(String type) throws IOException, InterruptedException {
    JsonArray kinds =
        JsonParser.parseString(ok("cache", "du", "--json"))
            .getAsJsonObject()
            .getAsJsonArray("kinds");
    for (JsonElement kind : kinds) {
      if (kind.getAsJsonObject().get("type").getAsString().equals(type)) {
        return kind.getAsJsonObject();
      }
    }
    throw new AssertionError(type + " is not in " + kinds);
  }

  private List<JsonObject> ls() throws IOException, InterruptedException {
    return ok("cache", "ls", "--json")
        .lines()
        .map(line -> JsonParser.parseString(line).getAsJsonObject())
        .toList();
  }

  @Test
  void du_countsWhatIsSharedOnce_andSaysWhatMayGo() throws Exception {
    build();
    JsonObject layers = du("layer");
    assertThat(layers.get("total").getAsInt()).isEqualTo(4);
    assertThat(layers.get("active").getAsInt()).isEqualTo(3);
    assertThat(layers.get("reclaimableBytes").getAsLong()).isBetween(300_000L, 330_000L);
    long before = layers.get("bytes").getAsLong();
    ok("build", "--project", "other", "-t", "again", ".");
    assertThat(du("layer").get("bytes").getAsLong()).isEqualTo(before);
    assertThat(du("mount").get("bytes").getAsLong()).isEqualTo(200_000);
    assertThat(ok("cache", "du"))
        .contains("TYPE           TOTAL   ACTIVE   SIZE")
        .containsPattern("Cache mounts +1 +0 +200.00kB +200.00kB \\(100%\\)")
        .contains(larder.home() + ": ");
  }

  @Test
  void ls_namesSteps_mounts_andProjects() throws Exception {
    build();
    assertThat(ls())
        .anySatisfy(
            item -> {
              assertThat(item.get("type").getAsString()).isEqualTo("layer");
              assertThat(item.get("name").getAsString()).contains("RUN head -c 300000");
              assertThat(item.get("projects").toString()).isEqualTo("[\"shop\"]");
              assertThat(item.get("reclaimable").getAsBoolean()).isTrue();
            })
        .anySatisfy(
            item -> {
              assertThat(item.get("type").getAsString()).isEqualTo("mount");
              assertThat(item.get("name").getAsString()).isEqualTo("/root/.cache/pip");
              assertThat(item.get("projects").toString()).isEqualTo("[\"shop\"]");
            })
        .anySatisfy(
            item -> assertThat(item.get("neededBy").getAsString()).isEqualTo("image app:latest"));
    String lines = new String(ok("cache", "ls").getBytes(ISO_8859_1), UTF_8);
    assertThat(lines.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThan(81));
  }

  @Test
  void prune_asksFirst_andTellsWhatItReclaimed() throws Exception {
    build();
    Ran dry = larder.run("cache", "prune", "--dry-run");
    assertThat(dry.out())
        .contains("RUN head -c 3")
        .containsPattern("Total reclaimable space: 3[0-9.]+kB\n");
    Ran unasked = larder.shell("\"$larder\" cache prune </dev/null");
    assertThat(unasked.status()).isEqualTo(1);
    assertThat(unasked.err())
        .contains("WARNING! This will remove all layers and blobs that no image and no service")
        .contains("Are you sure you want to continue? [y/N]")
        .contains("ERROR: larder cache prune: not confirmed");
    Ran asked = larder.shell("echo y | \"$larder\" cache prune");
    assertThat(asked.status()).as(asked.err()).isZero();
    assertThat(asked.out()).containsPattern("Total reclaimed space: 3[0-9.]+kB\n");
    assertThat(ok("cache", "prune", "-f")).isEqualTo("Total reclaimed space: 0B\n");
    assertThat(du("mount").get("total").getAsInt()).isEqualTo(1);
  }

  @Test
  void clear_ofAPackageManager_orAMount_removesIt_andAWrongOneIsNamed() throws Exception {
    build();
    assertThat(larder.run("cache", "clear", "pipp").err()).contains("pipp is no package manager");
    Ran wrong = larder.run("cache", "clear", "-f", "--mount", "/root/.cache/pop");
    assertThat(wrong.status()).isEqualTo(1);
    assertThat(wrong.err())
        .contains("cache clear: no cache mount has the id /root/.cache/pop")
        .contains("did you mean /root/.cache/pip?");
    assertThat(ok("cache", "clear", "-f", "pip")).contains("Total reclaimed space: 200.00kB");
    assertThat(du("mount").get("total").getAsInt()).isZero();
  }

  @Test
  void clear_makesStepsRunAgain_andSaysSoThere() throws Exception {
    build();
    assertThat(ok("cache", "clear", "-f")).contains("steps will run again\n");
    Ran again = larder.run("build", "--progress=plain", "--project", "shop", "-t", "app", ".");
    assertThat(again.err())
        .containsPattern("because: result was removed on .* \\(larder cache clear\\)")
        .contains("1 step reused, 3 run");
  }

  @Test
  void group_saysWhichCommandsItHas() throws Exception {
    Ran ran = larder.run("cache");
    assertThat(ran.status()).isEqualTo(2);
    assertThat(ran.err()).contains("usage: larder cache COMMAND").contains("  du  ");
    assertThat(larder.run("cache", "dv").err()).contains("unknown command dv (did you mean du?)");
    assertThat(ok("cache", "ls", "--help")).contains("usage: larder cache ls [OPTIONS]");
    assertThat(ok("help", "cache", "ls")).contains("usage: larder cache ls [OPTIONS]");
  }
}
