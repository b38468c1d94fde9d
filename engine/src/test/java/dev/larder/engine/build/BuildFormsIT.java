package dev.larder.engine.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The less common flags of COPY and ADD, built for real. */
final class BuildFormsIT {
  @TempDir Path folder;

  private Builds builds;

  @BeforeEach
  void open() throws Exception {
    builds = new Builds(folder);
  }

  @AfterEach
  void close() throws Exception {
    builds.close();
  }

  @Test
  void parents_makeTheFoldersAboveAFile_andOnlyWhatIsMeantCounts() throws Exception {
    String dockerfile =
        """
        FROM busybox
        COPY --parents modules/*/pom.xml tools/./bin/run /w/
        RUN cd /w && find . -type f | sort > /seen
        """;
    builds
        .file("modules/a/pom.xml", "a")
        .file("modules/a/src/A.java", "")
        .file("modules/b/pom.xml", "b")
        .file("tools/bin/run", "");
    BuildResult result = builds.build(dockerfile);
    assertThat(builds.read(result, "seen"))
        .isEqualTo("./bin/run\n./modules/a/pom.xml\n./modules/b/pom.xml\n");
    builds.file("modules/a/src/A.java", "changed").file("modules/c/other", "");
    builds.build(dockerfile);
    assertThat(builds.outcomes().values()).containsOnly("reused");
    builds.file("modules/c/pom.xml", "c");
    builds.build(dockerfile);
    assertThat(builds.outcomes().values()).contains("ran");
  }

  @Test
  void parents_ofWhatIsNotThere_areAnError() {
    assertThatExceptionOfType(BuildFailure.class)
        .isThrownBy(() -> builds.build("FROM busybox\nCOPY --parents a/./none /x/\n"))
        .withMessageContaining("\"a\": not found in the build context");
  }

  @Test
  void excludes_leaveFilesOutByTheirPathBelowTheSource() throws Exception {
    builds.file("d/a.md", "").file("d/a.c", "").file("d/e/b.md", "").file("d/e/b.c", "");
    BuildResult result =
        builds.build(
            """
            FROM busybox
            COPY --exclude=*.md --exclude=e/*.c d /x/
            ADD --exclude=**/*.c --exclude=!e/b.c d /y/
            RUN find /x /y -type f | sort > /seen
            """);
    assertThat(builds.read(result, "seen"))
        .isEqualTo("/x/a.c\n/x/e/b.md\n/y/a.md\n/y/e/b.c\n/y/e/b.md\n");
  }

  @Test
  void symbolicModes_changeWhatTheSourceHas() throws Exception {
    builds.file("d/script", "").file("d/e/data", "");
    BuildResult result =
        builds.build(
            """
            FROM busybox
            COPY --chmod=u+x,go-rwx d/script /script
            ADD --chmod=u=rwX,go=rX d /d/
            COPY --chmod=a+x <<EOF /doc
            text
            EOF
            RUN stat -c '%a %n' /script /d/script /d/e /d/e/data /doc > /seen
            """);
    assertThat(builds.read(result, "seen"))
        .isEqualTo("700 /script\n644 /d/script\n755 /d/e\n644 /d/e/data\n755 /doc\n");
  }

  @Test
  void unpack_isAsTheFlagSays() throws Exception {
    builds.file("tree/in", "in the archive");
    Process tar =
        new ProcessBuilder("tar", "-C", "tree", "-cf", "t.tar", "in")
            .directory(builds.context.toFile())
            .start();
    assertThat(tar.waitFor()).isZero();
    BuildResult result =
        builds.build("FROM busybox\nADD --unpack=false t.tar /a/\nADD --unpack t.tar /b/\n");
    assertThat(builds.exists(result, "a/t.tar")).isTrue();
    assertThat(builds.read(result, "b/in")).isEqualTo("in the archive");
  }

  @Test
  void link_isALayerOfItsOwn_thatAnotherBaseReuses() throws Exception {
    builds.file("f", "linked");
    String rest =
        "\nCOPY --link --parents ./f /to/\nADD --link --chown=7:8 f /g\nRUN cat /to/f > /h\n";
    BuildResult result = builds.build("FROM busybox\nRUN echo one > /base" + rest);
    assertThat(builds.read(result, "h")).isEqualTo("linked");
    builds.build("FROM busybox\nRUN echo two > /base" + rest);
    assertThat(builds.outcomes())
        .containsEntry("[3/5] COPY --link --parents ./f /to/", "reused")
        .containsEntry("[4/5] ADD --link --chown=7:8 f /g", "reused");
  }
}
