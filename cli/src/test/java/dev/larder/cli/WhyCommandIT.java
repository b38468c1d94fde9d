package dev.larder.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.larder.cli.PackagedLarder.Ran;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code larder why} as users have it. */
final class WhyCommandIT {
  private static final String APP =
      """
      FROM busybox
      COPY requirements.txt /
      RUN echo install
      COPY . /app
      """;

  @TempDir Path folder;
  private PackagedLarder larder;

  @BeforeEach
  void build() throws Exception {
    larder = PackagedLarder.in(folder);
    larder.importBusybox();
    larder.files(APP, "requirements.txt", "torch==2.12\n", "app.py", "1\n2\n", ".env", "KEY=aaa\n");
    assertThat(larder.run("build", "-t", "app", ".").status()).isZero();
    larder.files(
        APP, "requirements.txt", "torch==2.13\nhttpx\n", "app.py", "1\ntwo\n", ".env", "KEY=bbb\n");
    assertThat(larder.run("build", "-t", "app", ".").status()).isZero();
  }

  private String out(String... args) throws Exception {
    Ran ran = larder.run(args);
    assertThat(ran.status()).as(ran.err()).isZero();
    return new String(ran.out().getBytes(ISO_8859_1), UTF_8);
  }

  @Test
  void why_namesTheCauseOfEachStepThatRan() throws Exception {
    assertThat(out("why"))
        .contains("built): 3 steps ran\n")
        .contains("[2/4] COPY requirements.txt /\n  requirements.txt: torch 2.12 → 2.13, +httpx\n")
        .contains("RUN echo install\n  follows step 2\n")
        .contains("  2 files changed (.env, app.py)\n");
    String step = out("why", "4");
    assertThat(step)
        .contains("compared with build ")
        .contains("  --- app.py\n  +++ app.py\n  @@ -1,2 +1,2 @@\n   1\n  -2\n  +two\n")
        .doesNotContain("aaa")
        .doesNotContain("bbb");
    assertThat(out("why", "--no-diff", "4")).doesNotContain("@@");
    JsonObject json = JsonParser.parseString(out("why", "--json", "^0", "2")).getAsJsonObject();
    JsonObject reason =
        json.getAsJsonArray("steps")
            .get(0)
            .getAsJsonObject()
            .getAsJsonArray("reasons")
            .get(0)
            .getAsJsonObject();
    assertThat(reason.get("kind").getAsString()).isEqualTo("packagesChanged");
    assertThat(larder.run("build", "-t", "app", ".").status()).isZero();
    assertThat(out("why")).contains("no step ran, all were reused");
  }

  @Test
  void twoMachines_areComparedByExportedBuilds() throws Exception {
    out("history", "export", "^1", "-o", "one.larderbuild");
    out("history", "export", "--output", "two.larderbuild");
    PackagedLarder other = new PackagedLarder(folder.resolve("other"), larder.directory());
    Ran ran = other.run("why", "one.larderbuild", "two.larderbuild");
    assertThat(ran.status()).as(ran.err()).isZero();
    assertThat(ran.out())
        .contains("differs from build")
        .contains("2.13, +httpx")
        .contains("app.py");
    assertThat(other.run("history", "import", "one.larderbuild", "two.larderbuild").status())
        .isZero();
    assertThat(other.run("history", "diff", "^1", "^0").out()).contains("+httpx");
    assertThat(out("why", "^0", "one.larderbuild")).contains("-httpx").contains("+2\n");
    larder.files(APP, "bad.larderbuild", "no gzip");
    assertThat(larder.run("why", "bad.larderbuild").err())
        .contains("not an exported build")
        .contains("larder history export -o FILE writes one");
  }
}
