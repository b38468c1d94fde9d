package dev.larder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code larder sizes} of images that the packaged command has built. */
final class SizesCommandIT {
  private static final int BLOCK = 4096;

  @TempDir Path folder;

  private PackagedLarder larder;

  @BeforeEach
  void build() throws Exception {
    larder = PackagedLarder.in(folder);
    Path context = larder.directory();
    Files.writeString(context.resolve("big"), "x".repeat(3 << 20));
    Files.createDirectories(context.resolve("node_modules/left"));
    Files.writeString(
        context.resolve("node_modules/left/package.json"),
        "{\"name\":\"left\",\"version\":\"1.3\"}");
    built("one", "FROM scratch\nCOPY big /root/.cache/big\nCOPY node_modules /app/node_modules\n");
    built(
        "two",
        """
        FROM one
        COPY big /big
        COPY Dockerfile /root/.cache/big
        COPY node_modules/left/package.json /app/node_modules/right/package.json
        """);
  }

  @Test
  void packagesLayersAndLeftovers_areListed() throws Exception {
    PackagedLarder.Ran ran = larder.run("sizes", "one");
    assertThat(ran.err()).isEmpty();
    assertThat(ran.out())
        .contains("one: 3.1 MB in 2 files and 2 layers")
        .containsPattern("left +1\\.3 +npm +4\\.1 kB +2")
        .containsPattern("/root/\\.cache +3\\.1 MB");
    assertThat(ran.out().lines()).allMatch(line -> line.length() <= 110);
  }

  @Test
  void json_tellsWhatIsPaidForButGone() throws Exception {
    JsonObject json =
        JsonParser.parseString(larder.run("sizes", "--json", "two").out()).getAsJsonObject();
    assertThat(json.get("gone").getAsLong()).isEqualTo(3 << 20);
    assertThat(json.get("bytes").getAsLong()).isEqualTo((3 << 20) + 3 * BLOCK);
    JsonArray layers = json.getAsJsonArray("layers");
    assertThat(layers).hasSize(5);
    assertThat(layers.get(0).getAsJsonObject().get("gone").getAsLong()).isEqualTo(3 << 20);
    assertThat(layers.get(4).getAsJsonObject().get("createdBy").getAsString())
        .startsWith("COPY node_modules/left/package.json");
  }

  @Test
  void diff_tellsWhatWasAdded() throws Exception {
    PackagedLarder.Ran ran = larder.run("sizes", "--json", "--diff", "one", "two");
    JsonElement change =
        JsonParser.parseString(ran.out()).getAsJsonObject().getAsJsonArray("changes").get(0);
    assertThat(change.getAsJsonObject().get("name").getAsString()).isEqualTo("left");
    assertThat(change.getAsJsonObject().get("bytes").getAsLong()).isEqualTo(BLOCK);
    assertThat(larder.run("sizes", "--diff", "one", "two").out())
        .startsWith("two: 3.2 MB, 8.2 kB more than one");
  }

  @Test
  void budget_failsTheCommand() throws Exception {
    assertThat(larder.run("sizes", "--max", "10MB", "one").status()).isZero();
    PackagedLarder.Ran ran = larder.run("sizes", "--max", "1MB", "one");
    assertThat(ran.status()).isEqualTo(1);
    assertThat(ran.err()).contains("sizes one: 3.1 MB are more than the 1.0 MB of --max");
    assertThat(larder.run("sizes", "--max", "much", "one").status()).isEqualTo(2);
    assertThat(larder.run("sizes", "nothing").err())
        .contains("sizes nothing: no such image on this machine");
  }

  private void built(String name, String dockerfile) throws Exception {
    Files.writeString(larder.directory().resolve("Dockerfile"), dockerfile);
    PackagedLarder.Ran ran = larder.run("build", "-t", name, ".");
    assertThat(ran.status()).as(ran.err()).isZero();
  }
}
