package dev.larder.engine.build;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.engine.event.BuildEvent;
import dev.larder.engine.event.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Steps of whole builds say why they run. */
final class ReasonsIT {
  private static final String APP =
      """
      FROM busybox
      ARG VERSION=1
      WORKDIR /app
      COPY src src
      RUN echo $VERSION > version
      RUN cat src/main > out
      """;

  @TempDir Path folder;

  private Builds builds;

  @BeforeEach
  void open() throws Exception {
    builds = new Builds(folder);
    builds.file("src/main", "one\n").file("src/old", "old\n");
  }

  @AfterEach
  void close() throws IOException {
    builds.close();
  }

  /** {@code 3: 1 file changed (main)}, all reasons of each step that ran. */
  private List<String> reasons() {
    Map<Object, String> names = new HashMap<>();
    List<String> reasons = new ArrayList<>();
    for (BuildEvent event : List.copyOf(builds.events)) {
      if (event instanceof BuildEvent.Planned planned) {
        planned.steps().forEach(step -> names.put(step.vertex(), step.name()));
      } else if (event instanceof BuildEvent.Because because) {
        String name = String.valueOf(names.get(because.vertex()));
        reasons.add(
            name.replaceFirst("^\\[(.*)/\\d+\\] .*", "$1")
                + ": "
                + String.join("; ", because.reasons().stream().map(Reason::text).toList()));
      }
    }
    return reasons;
  }

  @Test
  void unchangedRebuild_hasNoReasons_andWritesNoTrees() throws Exception {
    builds.build(APP);
    assertThat(reasons()).hasSize(4).allMatch(reason -> reason.endsWith(": never built before"));
    String[] trees = builds.engine.home().trees().toFile().list();
    builds.build(APP);
    assertThat(reasons()).isEmpty();
    assertThat(builds.engine.home().trees().toFile().list()).hasSameSizeAs(trees);
  }

  @Test
  void changedFiles_areNamed_alsoAfterBuildsThatReusedAll() throws Exception {
    builds.build(APP);
    builds.build(APP);
    builds.file("src/main", "two\n").file("src/new/file", "new\n");
    Files.delete(builds.context.resolve("src/old"));
    builds.build(APP);
    assertThat(reasons())
        .containsExactly(
            "3: 3 files changed (src/main, +src/new, -src/old)",
            "4: follows step 3",
            "5: follows step 4");
  }

  @Test
  void permissions_areNamedWithTheirMend() throws Exception {
    builds.build(APP);
    Files.setPosixFilePermissions(
        builds.context.resolve("src/main"), PosixFilePermissions.fromString("rw-rw-rw-"));
    builds.build(APP);
    assertThat(reasons().getFirst())
        .startsWith("3: 1 file changed (src/main 644 → 666); only permissions differ, as under");
  }

  /** As in two clones of one repository under the umasks 022 and 002. */
  @Test
  void normalizedModes_countAsGitsWherever_andAreCopiedSo() throws Exception {
    builds.build(normalized());
    Path main = builds.context.resolve("src/main");
    Files.setPosixFilePermissions(main, PosixFilePermissions.fromString("rw-rw-r--"));
    Files.setPosixFilePermissions(main.getParent(), PosixFilePermissions.fromString("rwxrwxr-x"));
    builds.build(normalized());
    assertThat(reasons()).isEmpty();
    Files.setPosixFilePermissions(main, PosixFilePermissions.fromString("rwxrwxr-x"));
    builds.build(normalized());
    assertThat(reasons().getFirst()).startsWith("3: 1 file changed (src/main 644 → 755)");
    String shown =
        "FROM busybox\nCOPY src /src\nRUN stat -c %a /src /src/main /src/old | tr '\\n' ' ' >&2\n";
    Change change = new Change(builds.request(shown));
    change.normalizeModes = true;
    builds.build(change.request());
    assertThat(builds.log()).contains("755 755 644");
  }

  private BuildRequest normalized() {
    Change change = new Change(builds.request(APP));
    change.normalizeModes = true;
    return change.request();
  }

  @Test
  void commandsAndArguments_areNamed() throws Exception {
    builds.build(APP);
    builds.build(APP.replace("cat src/main", "cat src/main src/old"));
    assertThat(reasons())
        .containsExactly(
            "5: command changed: \"cat src/main > out\" → \"cat src/main src/old > out\"");
    Change change = new Change(builds.request(APP));
    change.buildArgs.put("VERSION", "2");
    builds.build(change.request());
    assertThat(reasons().getFirst()).isEqualTo("4: build arg VERSION changed");
  }

  @Test
  void insertedInstruction_isNew_andWhatIsBelowFollows() throws Exception {
    builds.build(APP);
    builds.build(APP.replace("RUN cat", "RUN touch /between\nRUN cat"));
    assertThat(reasons()).containsExactly("5: new instruction", "6: follows step 5");
  }

  @Test
  void filesOfStages_areNamedWithTheirStage() throws Exception {
    String stages =
        """
        FROM busybox AS make
        COPY src /src
        RUN mkdir /out && cp /src/main /out/app && echo always > /out/same
        FROM busybox
        COPY --from=make /out /app
        """;
    builds.build(stages);
    builds.file("src/main", "two\n");
    builds.build(stages);
    assertThat(reasons())
        .containsExactly(
            "make 2: 1 file changed (src/main)",
            "make 3: follows step 2",
            "stage-1 2: 1 file changed in stage make (out/app)");
  }

  @Test
  void noCache_isSaid_andAFailureIsRemembered() throws Exception {
    builds.build(APP);
    builds.build(Change.cache(builds.request(APP), new BuildRequest.Cache.Ignore()));
    assertThat(reasons()).hasSize(4).allMatch(reason -> reason.endsWith(": --no-cache"));
    String failing = "FROM busybox\nRUN touch /a\nRUN test -e /proc/none\n";
    for (int i = 0; i < 2; i++) {
      try {
        builds.build(failing);
      } catch (BuildFailure expected) {
        assertThat(expected).hasMessageContaining("exit code");
      }
    }
    assertThat(reasons()).hasSize(1);
    assertThat(reasons().getFirst()).startsWith("3: failed in build ");
  }

  /** The bytes of the earlier file are gone; what it named is not. */
  @Test
  void lockFiles_areReadByTheirGrammar_alsoBoundOnes() throws Exception {
    String install =
        """
        FROM busybox
        COPY requirements.txt /
        RUN --mount=type=bind,source=package.json,target=/p.json cat /p.json
        """;
    builds
        .file("requirements.txt", "torch==2.12\n")
        .file("package.json", "{\"dependencies\": {\"react\": \"17\", \"old\": \"1\"}}");
    builds.build(install);
    builds
        .file("requirements.txt", "torch==2.13\nhttpx\n")
        .file("package.json", "{\"dependencies\": {\"react\": \"18\"}}");
    builds.build(install);
    assertThat(reasons())
        .containsExactly(
            "2: requirements.txt: torch 2.12 → 2.13, +httpx",
            "3: package.json: react 17 → 18, -old; follows step 2");
    builds.file("requirements.txt", "# only a comment\ntorch==2.13\nhttpx\n");
    builds.build(install);
    assertThat(reasons().getFirst())
        .isEqualTo("2: requirements.txt changed, and asks for the same packages");
  }

  @Test
  void reasons_areKeptInTheRecord() throws Exception {
    builds.build(APP);
    builds.file("src/main", "two\n");
    builds.build(APP);
    String id = builds.engine.history().ids().getLast();
    List<Reason> kept = new ArrayList<>();
    builds.engine.history().find(id).orElseThrow().steps().forEach(s -> kept.addAll(s.reasons()));
    assertThat(kept.stream().map(Reason::text))
        .containsExactly("1 file changed (src/main)", "follows step 3", "follows step 4");
  }
}
