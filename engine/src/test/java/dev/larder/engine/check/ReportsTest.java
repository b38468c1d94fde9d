package dev.larder.engine.check;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.larder.engine.dockerfile.Diagnostic;
import dev.larder.engine.dockerfile.Source;
import dev.larder.engine.dockerfile.Span;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ReportsTest {
  private static final Source SOURCE =
      new Source("Dockerfile", "FROM a\nRUN b \\\n  c\n\nX \u001b[2J\n");
  private static final Finding FINDING =
      new Finding("UndefinedVar", "about it", "its/page.md", "what is wrong", 2, 3);

  private static CheckResult result(Diagnostic... errors) {
    return new CheckResult(SOURCE, List.of(FINDING), List.of(errors));
  }

  @Test
  void text_marksTheLines_withOneAround() {
    assertThat(TextReport.of(result()))
        .isEqualTo(
            """
            Check complete, 1 warning has been found!

            WARNING: UndefinedVar - its/page.md
            what is wrong
            Dockerfile:2
            --------------------
               1 |     FROM a
               2 | >>> RUN b \\
               3 | >>>   c
               4 |    \s
            --------------------
            """);
  }

  @Test
  void text_passesNothingOnThatMovesTheCursor() {
    Finding last = new Finding("UndefinedVar", "", "", "\u001b", 5, 5);
    CheckResult result = new CheckResult(SOURCE, List.of(last), List.of());
    assertThat(TextReport.of(result)).contains("   5 | >>> X ?[2J\n").doesNotContain("\u001b");
  }

  @Test
  void text_ofNothing_saysSo_unlessThereAreErrors() {
    assertThat(TextReport.of(new CheckResult(SOURCE, List.of(), List.of())))
        .isEqualTo("Check complete, no warnings found.\n");
    Diagnostic error = Diagnostic.error(new Span(23, 24), "unknown");
    assertThat(TextReport.of(new CheckResult(SOURCE, List.of(), List.of(error)))).isEmpty();
  }

  @Test
  void json_isThatOfBuildKit() {
    JsonObject json =
        JsonParser.parseString(JsonReport.of(result(Diagnostic.error(new Span(20, 21), "unknown"))))
            .getAsJsonObject();
    String two = "{\"start\":{\"line\":2},\"end\":{\"line\":2}}";
    String three = "{\"start\":{\"line\":3},\"end\":{\"line\":3}}";
    assertThat(json.get("warnings").toString())
        .isEqualTo(
            "[{\"ruleName\":\"UndefinedVar\",\"description\":\"about it\",\"url\":\"its/page.md\","
                + "\"detail\":\"what is wrong\",\"location\":{\"ranges\":["
                + two
                + ","
                + three
                + "]}}]");
    assertThat(json.get("buildError").toString()).contains("unknown").contains("\"line\":");
    assertThat(json.get("sources").toString()).contains("\"filename\":\"Dockerfile\"");
  }

  @Test
  void sarif_namesARuleForEachResult() {
    Diagnostic error = Diagnostic.error(new Span(0, 4), "unknown");
    JsonObject log =
        JsonParser.parseString(SarifReport.of(result(error), "a/Dockerfile")).getAsJsonObject();
    assertThat(log.get("version").getAsString()).isEqualTo("2.1.0");
    JsonObject run = log.getAsJsonArray("runs").get(0).getAsJsonObject();
    var rules = run.getAsJsonObject("tool").getAsJsonObject("driver").getAsJsonArray("rules");
    assertThat(run.getAsJsonArray("results")).hasSize(2);
    run.getAsJsonArray("results")
        .forEach(
            element -> {
              JsonObject result = element.getAsJsonObject();
              int index = result.get("ruleIndex").getAsInt();
              assertThat(rules.get(index).getAsJsonObject().get("id"))
                  .isEqualTo(result.get("ruleId"));
            });
    assertThat(run.getAsJsonArray("results").get(1).toString())
        .contains("\"level\":\"error\"")
        .contains("\"startLine\":1,\"endLine\":1,\"startColumn\":1,\"endColumn\":5");
  }

  @Test
  void options_ofAComment_areAddedToThoseOfTheFile() {
    CheckOptions file = CheckOptions.parse("skip=StageNameCasing, FromAsCasing;error=true");
    CheckOptions place = file.under(List.of("words", "check=skip=UndefinedVar for now"));
    assertThat(place.skipped()).containsOnly("StageNameCasing", "FromAsCasing", "UndefinedVar");
    assertThat(place.error()).isTrue();
    assertThat(file.under(List.of("check=nonsense"))).isEqualTo(file);
  }
}
