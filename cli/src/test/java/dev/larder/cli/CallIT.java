package dev.larder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.larder.cli.PackagedLarder.Ran;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the packaged command answers to {@code --call}. */
final class CallIT {
  private static final String FILE =
      """
      # LEVEL of the checks
      ARG LEVEL=all
      # tools are what the build needs
      FROM scratch AS tools
      ARG DEBUG
      RUN --mount=type=secret,id=token,required --mount=type=ssh make $LEVEL

      FROM scratch AS app
      ARG LEVEL
      COPY --from=tools /out /
      """;

  @TempDir Path folder;
  private PackagedLarder larder;

  @BeforeEach
  void start() throws Exception {
    larder = PackagedLarder.in(folder);
    larder.files(FILE);
  }

  @Test
  void outline_tellsWhatATargetCanBeGiven() throws Exception {
    Ran ran = larder.run("build", "--call", "outline", "--build-arg", "DEBUG=1", ".");
    assertThat(ran.status()).as(ran.err()).isZero();
    assertThat(ran.err()).isEmpty();
    assertThat(ran.out())
        .isEqualTo(
            """
            TARGET: app

            BUILD ARG   VALUE   DESCRIPTION
            LEVEL       all     of the checks
            DEBUG       1      \s

            SECRET   REQUIRED
            token    true

            SSH       REQUIRED
            default  \s

            """);
    assertThat(larder.run("build", "--call", "outline", "--target", "tools", ".").out())
        .startsWith("TARGET:      tools\nDESCRIPTION: are what the build needs\n")
        .doesNotContain("LEVEL");
  }

  @Test
  void targets_areListed_theLastAsTheDefault() throws Exception {
    Ran ran = larder.run("build", "--call=targets", ".");
    assertThat(ran.status()).as(ran.err()).isZero();
    assertThat(ran.out())
        .isEqualTo(
            "TARGET        DESCRIPTION\ntools         are what the build needs\napp (default) \n");
    Ran json = larder.run("build", "--call", "targets,format=json", ".");
    JsonObject first =
        JsonParser.parseString(json.out())
            .getAsJsonObject()
            .getAsJsonArray("targets")
            .get(0)
            .getAsJsonObject();
    assertThat(first.get("name").getAsString()).isEqualTo("tools");
    assertThat(first.getAsJsonObject("location").toString()).contains("{\"line\":4}");
  }

  @Test
  void whatCannotBeBuilt_isNoAnswer() throws Exception {
    Ran target = larder.run("build", "--call", "outline", "--target", "tool", ".");
    assertThat(target.status()).isEqualTo(1);
    assertThat(target.out()).isEmpty();
    assertThat(target.err()).contains("target stage \"tool\" could not be found");
    Ran method = larder.run("build", "--call", "outlin", ".");
    assertThat(method.status()).isEqualTo(2);
    assertThat(method.err()).contains("expected build, check, outline or targets");
    assertThat(method.err()).contains("did you mean outline?");
    assertThat(larder.run("build", "--call", "outline,format=sarif", ".").status()).isEqualTo(2);
    larder.files("FROM scratch\nRNU x\n");
    Ran broken = larder.run("build", "--call", "targets", ".");
    assertThat(broken.status()).isEqualTo(1);
    assertThat(broken.err()).startsWith("ERROR: Dockerfile:2:1: unknown instruction: RNU");
  }
}
