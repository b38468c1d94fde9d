package dev.larder.engine.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.larder.engine.event.BuildEvent;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole builds by the engine, with real steps on a real overlay. */
final class BuildIT {
  private static final String APP =
      """
      FROM busybox
      WORKDIR /app
      COPY requirements.txt .
      RUN --mount=type=cache,target=/cache echo 123456789 >> /cache/log; cp requirements.txt installed
      COPY . .
      RUN cat main.txt > built
      CMD ["cat", "/app/built"]
      """;

  @TempDir Path folder;

  private Builds builds;

  @BeforeEach
  void open() throws Exception {
    builds = new Builds(folder);
    builds.file("requirements.txt", "one\n").file("main.txt", "hello\n");
  }

  @AfterEach
  void close() throws IOException {
    builds.close();
  }

  @Test
  void secondBuild_reusesEveryStep_andGivesTheSameImage() throws Exception {
    BuildResult first = builds.build(APP);
    assertThat(builds.outcomes().values()).filteredOn("ran"::equals).hasSize(5);
    assertThat(builds.read(first, "app/built")).isEqualTo("hello\n");
    BuildResult second = builds.build(APP);
    assertThat(builds.outcomes()).hasSize(6);
    assertThat(builds.outcomes().values()).containsOnly("reused");
    assertThat(second.id()).isEqualTo(first.id());
    assertThat(second.reused()).isEqualTo(second.steps()).isEqualTo(6);
  }

  @Test
  void changedSource_runsOnlyWhatFollowsItsCopy() throws Exception {
    builds.build(APP);
    builds.file("main.txt", "changed\n");
    BuildResult second = builds.build(APP);
    assertThat(builds.outcomes())
        .containsEntry(
            "[4/6] RUN --mount=type=cache,target=/cache echo 123456789 >> /cache/log; cp"
                + " requirements.txt installed",
            "reused")
        .containsEntry("[5/6] COPY . .", "ran")
        .containsEntry("[6/6] RUN cat main.txt > built", "ran");
    assertThat(builds.read(second, "app/built")).isEqualTo("changed\n");
  }

  @Test
  void noCache_runsAllSteps_andKeepsCacheMounts() throws Exception {
    builds.build(APP);
    BuildRequest request = builds.request(APP);
    builds.build(Change.cache(request, new BuildRequest.Cache.Ignore()));
    assertThat(builds.outcomes().values()).filteredOn("ran"::equals).hasSize(5);
    assertThat(builds.events)
        .filteredOn(BuildEvent.Kept.class::isInstance)
        .singleElement()
        .matches(e -> e instanceof BuildEvent.Kept k && k.before() == 10 && k.after() == 20);
    builds.build(APP);
    assertThat(builds.outcomes().values()).containsOnly("reused");
  }

  @Test
  void failedStep_isNamedWithItsPlaceAndLastLines_andFinishedStepsAreKept() throws Exception {
    String broken = "FROM busybox\nRUN echo made > /made\nRUN echo so far so good; exit 7\n";
    assertThatExceptionOfType(BuildFailure.class)
        .isThrownBy(() -> builds.build(broken))
        .withMessage(
            "process \"/bin/sh -c echo so far so good; exit 7\" did not complete successfully: exit"
                + " code: 7")
        .satisfies(
            failure -> {
              assertThat(failure.step().orElseThrow().name())
                  .isEqualTo("[3/3] RUN echo so far so good; exit 7");
              assertThat(failure.step().orElseThrow().log()).containsExactly("so far so good");
              assertThat(failure.excerpts().getFirst()).contains("Dockerfile:3:1");
            });
    builds.build("FROM busybox\nRUN echo made > /made\n");
    assertThat(builds.outcomes()).containsEntry("[2/2] RUN echo made > /made", "reused");
  }

  @Test
  void stages_areBuiltOnlyIfNeeded_andCopiedFrom() throws Exception {
    BuildResult result =
        builds.build(
            """
            FROM busybox AS unused
            RUN exit 1
            FROM busybox AS make
            RUN echo artefact > /out
            FROM scratch
            COPY --from=make /out /bin/out
            """);
    assertThat(builds.read(result, "bin/out")).isEqualTo("artefact\n");
    assertThat(result.files().layers()).hasSize(1);
  }

  @Test
  void mounts_areSeenAndLeaveNothing() throws Exception {
    BuildResult result =
        builds.build(
            """
            FROM busybox
            RUN --mount=type=bind,source=main.txt,target=/mnt/main.txt --mount=type=tmpfs,target=/scratch \\
                cat /mnt/main.txt > /copied && touch /scratch/x && mount | grep -q /scratch
            """);
    assertThat(builds.read(result, "copied")).isEqualTo("hello\n");
    assertThat(builds.exists(result, "mnt")).isFalse();
    assertThat(builds.exists(result, "scratch")).isFalse();
  }

  @Test
  void heredocs_makeFilesAndScripts() throws Exception {
    BuildResult result =
        builds.build(
            """
            FROM busybox
            ARG WHO=you
            COPY --chmod=600 <<one <<"two" /files/
            hello $WHO
            one
            hello $WHO
            two
            RUN <<EOF
            echo a > /a
            echo b > /b
            EOF
            """);
    assertThat(builds.read(result, "files/one")).isEqualTo("hello you\n");
    assertThat(builds.read(result, "files/two")).isEqualTo("hello $WHO\n");
    assertThat(builds.read(result, "b")).isEqualTo("b\n");
  }

  @Test
  void everyBuild_leavesARecord_withTheKeysPartsOfItsSteps() throws Exception {
    builds.build(APP);
    builds.build(APP);
    assertThatExceptionOfType(BuildFailure.class)
        .isThrownBy(() -> builds.build("FROM busybox\nRUN exit 3\n"));
    List<String> ids = builds.engine.history().ids();
    assertThat(ids).hasSize(3);
    JsonObject second =
        JsonParser.parseString(builds.engine.history().read(ids.get(1))).getAsJsonObject();
    assertThat(second.get("outcome").getAsString()).isEqualTo("built");
    JsonObject last = second.getAsJsonArray("steps").asList().getLast().getAsJsonObject();
    assertThat(last.get("name").getAsString()).isEqualTo("[6/6] RUN cat main.txt > built");
    assertThat(last.get("outcome").getAsString()).isEqualTo("reused");
    assertThat(last.getAsJsonObject("parts").get("argv.2").getAsString())
        .isEqualTo("cat main.txt > built");
    assertThat(last.has("key")).isTrue();
    assertThat(builds.engine.history().read(ids.get(2))).contains("\"outcome\":\"failed\"");
  }

  @Test
  void missingSource_isAnErrorThatNamesIt() {
    assertThatExceptionOfType(BuildFailure.class)
        .isThrownBy(() -> builds.build("FROM busybox\nCOPY nothing.txt /\n"))
        .withMessageContaining("nothing.txt");
  }

  @Test
  void unknownBase_isAnErrorThatSaysWhereItWasLookedFor() {
    assertThatExceptionOfType(BuildFailure.class)
        .isThrownBy(() -> builds.build("FROM localhost:1/none:1\nRUN true\n"))
        .withMessageContaining("localhost:1/none:1")
        .withMessageContaining("not stored on this machine");
  }
}
