package dev.larder.engine.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.larder.engine.archive.TarEntry;
import dev.larder.engine.archive.TarReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where results go, and how stages run beside each other. */
final class BuildOutputsIT {
  private static final String DOCKERFILE = "FROM scratch\nCOPY f /dir/\nENV A=1\n";

  @TempDir Path folder;

  private Builds builds;

  @BeforeEach
  void open() throws Exception {
    builds = new Builds(folder);
    builds.file("f", "content\n");
  }

  @AfterEach
  void close() throws IOException {
    builds.close();
  }

  @Test
  void folders_getTheFilesOrALayout() throws Exception {
    Path files = folder.resolve("files");
    build(new BuildRequest.Output.Local(files));
    assertThat(files.resolve("dir/f")).hasContent("content\n");
    Path layout = folder.resolve("layout");
    build(new BuildRequest.Output.Oci(Optional.of(layout), false));
    assertThat(layout.resolve("oci-layout")).exists();
    assertThat(layout.resolve("index.json")).exists();
  }

  @Test
  void archives_goToAFileOrToStandardOutput() throws Exception {
    Path file = folder.resolve("files.tar");
    build(new BuildRequest.Output.Tar(Optional.of(file)));
    assertThat(names(Files.readAllBytes(file))).contains("dir/f");
    build(new BuildRequest.Output.Tar(Optional.empty()));
    assertThat(builds.output.toByteArray()).isEqualTo(Files.readAllBytes(file));
    builds.output.reset();
    build(new BuildRequest.Output.Docker(Optional.empty()));
    assertThat(names(builds.output.toByteArray())).contains("manifest.json", "index.json");
    builds.output.reset();
    build(new BuildRequest.Output.Oci(Optional.empty(), true));
    assertThat(names(builds.output.toByteArray()))
        .contains("index.json", "oci-layout")
        .anyMatch(name -> name.startsWith("blobs/sha256/"));
  }

  @Test
  void epoch_isTheTimeOfTheImage() throws Exception {
    Change change = new Change(builds.request(DOCKERFILE));
    change.sourceDateEpoch = Optional.of(Instant.EPOCH.plusSeconds(1_000_000_000));
    BuildResult result = builds.build(change.request());
    assertThat(result.config().created()).contains(Instant.parse("2001-09-09T01:46:40Z"));
    assertThat(result.config().history())
        .allMatch(entry -> Instant.parse("2001-09-09T01:46:40Z").equals(entry.created()));
  }

  @Test
  void stages_runSideBySide() throws Exception {
    String meet =
        "RUN --mount=type=cache,target=/c touch /c/%s; for i in $(seq 100); do"
            + " [ -e /c/%s ] && break; sleep 0.1; done; [ -e /c/%s ] && touch /met\n";
    builds.build(
        "FROM busybox AS a\n"
            + meet.formatted("a", "b", "b")
            + "FROM busybox AS b\n"
            + meet.formatted("b", "a", "a")
            + "FROM scratch\nCOPY --from=a /met /a\nCOPY --from=b /met /b\n");
    assertThat(builds.outcomes().values()).doesNotContain("failed");
  }

  @Test
  void failedStep_cancelsItsSibling() {
    assertThatExceptionOfType(BuildFailure.class)
        .isThrownBy(
            () ->
                builds.build(
                    """
                    FROM busybox AS slow
                    RUN --mount=type=cache,target=/c touch /c/up; sleep 60; touch /x
                    FROM busybox AS bad
                    RUN --mount=type=cache,target=/c until [ -e /c/up ]; do sleep 0.1; done; exit 3
                    FROM scratch
                    COPY --from=slow /x /x
                    COPY --from=bad /y /y
                    """))
        .withMessageContaining("exit code: 3");
    assertThat(builds.outcomes())
        .containsValue("cancelled")
        .containsValue("failed")
        .doesNotContainKey("[stage-2 1/2] COPY --from=slow /x /x");
  }

  private void build(BuildRequest.Output output) throws Exception {
    builds.build(Change.output(builds.request(DOCKERFILE), output));
  }

  private static Set<String> names(byte[] archive) throws IOException {
    Set<String> names = new TreeSet<>();
    TarReader tar = new TarReader(new ByteArrayInputStream(archive));
    for (Optional<TarEntry> entry = tar.next(); entry.isPresent(); entry = tar.next()) {
      names.add(entry.get().path());
    }
    return names;
  }
}
