package dev.larder.engine.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.engine.event.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is foretold is what happens, and telling it changes nothing. */
final class ForecastIT {
  private static final String APP =
      """
      FROM busybox AS make
      COPY src /src
      RUN mkdir /out && cp /src/main /out/app && echo same > /out/same
      FROM busybox
      RUN echo first
      COPY --from=make /out/same /same
      RUN echo last
      """;

  @TempDir Path folder;

  private Builds builds;

  @BeforeEach
  void open() throws Exception {
    builds = new Builds(folder);
    builds.file("src/main", "one\n");
  }

  @AfterEach
  void close() throws IOException {
    builds.close();
  }

  /** {@code run make 2: 1 file changed (src/main)}. */
  private List<String> forecast(String dockerfile) throws Exception {
    List<String> lines = new ArrayList<>();
    for (Forecast.Step one :
        builds.engine.forecast(builds.request(dockerfile), event -> {}).steps()) {
      if (one.step().place().number() > 0) {
        String why = String.join("; ", one.reasons().stream().map(Reason::text).toList());
        lines.add(
            (one.fate().word()
                    + " "
                    + one.step().place().stage()
                    + " "
                    + one.step().place().number())
                + (why.isEmpty() ? "" : ": " + why));
      }
    }
    return lines;
  }

  private List<String> files() throws IOException {
    try (Stream<Path> walk = Files.walk(builds.engine.home().root())) {
      return walk.filter(Files::isRegularFile)
          .map(Path::toString)
          .filter(path -> !path.matches(".*/(contexts|packages-asked)/.*|.*/layers/\\w+/used"))
          .sorted()
          .toList();
    }
  }

  @Test
  void firstBuild_runsEverything_andNothingIsMadeOfTellingIt() throws Exception {
    List<String> before = files();
    assertThat(forecast(APP))
        .contains("run make 2: never built before", "run stage-1 2: never built before")
        .filteredOn(line -> line.startsWith("run "))
        .hasSize(5);
    assertThat(files()).isEqualTo(before);
    assertThat(builds.engine.history().ids()).isEmpty();
  }

  @Test
  void unchangedBuild_reusesEverything() throws Exception {
    builds.build(APP);
    assertThat(forecast(APP)).hasSize(6).allMatch(line -> line.startsWith("reuse "));
  }

  @Test
  void whatGoesByContent_isLeftOpen() throws Exception {
    builds.build(APP);
    builds.file("src/main", "two\n");
    assertThat(forecast(APP))
        .contains(
            "run make 2: 1 file changed (src/main)",
            "run make 3: follows step 2",
            "reuse stage-1 2",
            "maybe stage-1 3: follows step 3 of stage make",
            "maybe stage-1 4: follows step 3");
    builds.build(APP);
    assertThat(builds.engine.history().find(builds.engine.history().ids().getLast()).orElseThrow())
        .satisfies(record -> assertThat(record.count("ran")).isEqualTo(2));
  }

  @Test
  void stepAboveOneThatRuns_runsForSure() throws Exception {
    builds.build(APP);
    builds.file("src/main", "two\n");
    assertThat(forecast(APP.replace("echo first", "echo 1st")))
        .anyMatch(line -> line.startsWith("run stage-1 2: command changed"))
        .anyMatch(line -> line.startsWith("run stage-1 3: follows step 2"))
        .contains("run stage-1 4: follows step 3");
  }

  @Test
  void mistake_isToldAsTheBuildTellsIt() {
    assertThatThrownBy(() -> forecast("FROM busybox\nCOPY missing /\n"))
        .isInstanceOf(BuildFailure.class)
        .hasMessageContaining("missing");
  }
}
