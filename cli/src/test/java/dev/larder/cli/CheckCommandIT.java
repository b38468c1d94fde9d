package dev.larder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.larder.cli.PackagedLarder.Ran;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checks of the packaged command: what it writes where, and its exit status. */
final class CheckCommandIT {
  private static final String BAD = "FROM scratch AS Base\nMAINTAINER x\nCOPY y /y\n";

  @TempDir Path folder;
  private PackagedLarder larder;

  @BeforeEach
  void start() throws Exception {
    larder = PackagedLarder.in(folder);
    larder.files(BAD, "y", "content");
  }

  @Test
  void findings_areShownWithTheirLines_andFailTheCommand() throws Exception {
    Ran ran = larder.run("check");
    assertThat(ran.status()).as(ran.err()).isEqualTo(1);
    assertThat(ran.err()).isEmpty();
    assertThat(ran.out())
        .startsWith("Check complete, 2 warnings have been found!\n\nWARNING: StageNameCasing - ")
        .contains("\nDockerfile:1\n--------------------\n   1 | >>> FROM scratch AS Base\n")
        .contains("   2 | >>> MAINTAINER x\n");
    assertThat(larder.run("build", "--check", ".")).isEqualTo(ran);
    assertThat(larder.run("build", "--call", "check,ignorestatus=true", ".").status()).isZero();
  }

  @Test
  void cleanFileOnStandardInput_succeeds() throws Exception {
    Ran ran = larder.shell("printf 'FROM scratch\\nCMD [\"x\"]\\n' | $larder check -f -");
    assertThat(ran.status()).as(ran.err()).isZero();
    assertThat(ran.out()).isEqualTo("Check complete, no warnings found.\n");
  }

  @Test
  void brokenFile_isShownAsBuildsShowIt_belowWhatWasFound() throws Exception {
    larder.files("FROM scratch AS Base\nRNU x\n");
    Ran ran = larder.run("check", ".");
    assertThat(ran.status()).isEqualTo(1);
    assertThat(ran.out()).startsWith("Check complete, 1 warning has been found!\n");
    assertThat(ran.err())
        .startsWith("ERROR: Dockerfile:2:1: unknown instruction: RNU (did you mean RUN?)\n");
    assertThat(larder.run("check", "nowhere").err()).contains("no such folder");
    assertThat(larder.run("check", "--format", "xml").status()).isEqualTo(2);
  }

  @Test
  void formats_areWhatProgramsRead() throws Exception {
    Ran json = larder.run("build", "--call", "check,format=json", ".");
    assertThat(json.status()).isEqualTo(1);
    JsonObject lint = JsonParser.parseString(json.out()).getAsJsonObject();
    JsonObject warning = lint.getAsJsonArray("warnings").get(1).getAsJsonObject();
    assertThat(warning.get("ruleName").getAsString()).isEqualTo("MaintainerDeprecated");
    assertThat(warning.getAsJsonObject("location").toString())
        .isEqualTo("{\"ranges\":[{\"start\":{\"line\":2},\"end\":{\"line\":2}}]}");
    Files.createDirectories(larder.directory().resolve("a b"));
    Files.move(
        larder.directory().resolve("Dockerfile"), larder.directory().resolve("a b/Dockerfile"));
    Ran sarif = larder.run("check", "--format", "sarif", "a b");
    assertThat(sarif.status()).isEqualTo(1);
    assertThat(sarif.out()).contains("\"uri\": \"a%20b/Dockerfile\"");
  }

  @Test
  void failedBuild_tellsFindingsAboveItsError() throws Exception {
    larder.files("# syntax=docker/dockerfile:1.7-labs\n" + BAD + "STOPSIGNAL NONE\n");
    Ran ran = larder.run("build", "--progress", "plain", ".");
    assertThat(ran.status()).isEqualTo(1);
    assertThat(ran.err())
        .contains("docker/dockerfile:1.7-labs is built in: nothing is fetched for it")
        .contains(" - StageNameCasing: Stage name 'Base' should be lowercase (line 2)\n")
        .containsSubsequence("MaintainerDeprecated", "ERROR: Dockerfile:5:12: invalid signal");
    assertThat(larder.run("build", "-q", ".").err()).startsWith("ERROR: ");
  }

  @Test
  void build_tellsFindingsAtItsEnd_andFailsIfTheFileWantsIt() throws Exception {
    Ran ran = larder.run("build", ".");
    assertThat(ran.status()).as(ran.err()).isZero();
    assertThat(ran.err())
        .endsWith(
            """

             2 warnings found (use larder check to expand):
             - StageNameCasing: Stage name 'Base' should be lowercase (line 1)
             - MaintainerDeprecated: Maintainer instruction is deprecated in favor of using label (line 2)
            """);
    Ran quiet = larder.run("build", "-q", "--build-arg", "BUILDKIT_DOCKERFILE_CHECK=skip=all", ".");
    assertThat(quiet.err()).isEmpty();
    Ran refused = larder.run("build", "--build-arg", "BUILDKIT_DOCKERFILE_CHECK=error=true", ".");
    assertThat(refused.status()).isEqualTo(1);
    assertThat(refused.err())
        .contains("lint violation found for rules: MaintainerDeprecated, StageNameCasing\n");
    Ran wrong = larder.run("build", "--build-arg", "BUILDKIT_DOCKERFILE_CHECK=skp=all", ".");
    assertThat(wrong.status()).isEqualTo(1);
    assertThat(wrong.err()).contains("invalid check option \"skp\"");
  }
}
