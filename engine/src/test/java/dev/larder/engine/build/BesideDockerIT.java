package dev.larder.engine.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.larder.engine.docker.FakeDocker;
import dev.larder.engine.event.BuildEvent;
import dev.larder.engine.oci.ImageName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Builds on a machine where a Docker engine runs, too. */
final class BesideDockerIT {
  private static final String APP = "FROM busybox\nRUN echo made > /made\nCOPY f /f\n";

  @TempDir Path folder;

  private FakeDocker docker;
  private Builds builds;

  @BeforeEach
  void open() throws Exception {
    docker = new FakeDocker(folder);
    builds = new Builds(folder, docker.environment());
    builds.file("f", "one");
  }

  @AfterEach
  void close() throws IOException {
    builds.close();
    docker.close();
  }

  @Test
  void load_sendsOnlyLayersThatDockerLacks() throws Exception {
    load(APP);
    assertThat(docker.tags()).containsExactly("test:latest");
    assertThat(docker.layersReceived()).isEqualTo(3);
    builds.file("f", "two");
    load(APP);
    assertThat(docker.layersReceived()).isEqualTo(1);
    load(APP);
    assertThat(docker.layersReceived()).isZero();
    assertThat(builds.engine.images().find(ImageName.parse("test:latest"))).isPresent();
  }

  @Test
  void load_sendsAllWhereTheEngineTakesNoLess() throws Exception {
    docker.useContainerd();
    load(APP);
    load(APP);
    assertThat(docker.layersReceived()).isEqualTo(3);
  }

  @Test
  void load_sendsAllWhenLayersWereRemovedMeanwhile() throws Exception {
    load(APP);
    docker.forgetLayers();
    load(APP);
    assertThat(docker.layersReceived()).isEqualTo(3);
  }

  @Test
  void load_withoutAnEngine_keepsTheImageAndSaysSo() throws Exception {
    docker.close();
    Files.delete(folder.resolve("docker.sock"));
    load(APP);
    assertThat(builds.engine.images().find(ImageName.parse("test:latest"))).isPresent();
    assertThat(builds.events)
        .filteredOn(BuildEvent.Warned.class::isInstance)
        .singleElement()
        .asString()
        .contains("no Docker or podman engine answers on this machine");
  }

  @Test
  void from_takesAnImageOfDockersOnce() throws Exception {
    load(APP);
    for (int i = 0; i < 2; i++) {
      try (Builds other =
          Builds.on(folder.resolve("other"), builds.context, docker.environment())) {
        Change change = new Change(other.request("FROM test\nCOPY --from=test /made /again\n"));
        change.names = List.of();
        other.build(change.request());
        assertThat(other.outcomes()).doesNotContainValue("failed");
      }
    }
    assertThat(docker.requests().stream().filter(r -> r.endsWith("/get"))).hasSize(1);
    builds.file("f", "three");
    load(APP);
    try (Builds other = Builds.on(folder.resolve("other"), builds.context, docker.environment())) {
      Path out = folder.resolve("out");
      Change change = new Change(other.request("FROM test\n"));
      change.outputs = List.of(new BuildRequest.Output.Local(out));
      other.build(change.request());
      assertThat(out.resolve("f")).hasContent("three");
      assertThat(out.resolve("made")).hasContent("made\n");
    }
  }

  @Test
  void archiveOfDockerSave_isImportedWithItsNames() throws Exception {
    Path archive = folder.resolve("saved.tar");
    Change change = new Change(builds.request(APP));
    change.outputs = List.of(new BuildRequest.Output.Docker(Optional.of(archive)));
    BuildResult made = builds.build(change.request());
    try (Builds other = Builds.on(folder.resolve("other"), builds.context, docker.environment())) {
      Engine engine = other.engine;
      assertThat(engine.holdsImages(archive)).isTrue();
      assertThat(engine.importImages(archive, Optional.empty(), Builds.PLATFORM))
          .containsExactly(ImageName.parse("test:latest"));
      assertThat(engine.images().find(ImageName.parse("test:latest")).orElseThrow().id())
          .isEqualTo(made.id());
      ImageName renamed = ImageName.parse("example.test/other:1");
      engine.importImages(archive, Optional.of(renamed), Builds.PLATFORM);
      other.build("FROM example.test/other:1\nRUN test -f /made\n");
    }
  }

  @Test
  void archiveOfARootFileSystem_holdsNoImages() throws Exception {
    Path files = folder.resolve("files.tar");
    Change change = new Change(builds.request("FROM busybox\n"));
    change.outputs = List.of(new BuildRequest.Output.Tar(Optional.of(files)));
    builds.build(change.request());
    assertThat(builds.engine.holdsImages(files)).isFalse();
    Path torn = Files.write(folder.resolve("torn.tar"), new byte[700]);
    Files.writeString(torn, "blobs/");
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> builds.engine.holdsImages(torn))
        .withMessageStartingWith("read " + torn);
  }

  private void load(String dockerfile) throws Exception {
    Change change = new Change(builds.request(dockerfile));
    change.outputs =
        List.of(new BuildRequest.Output.Store(), new BuildRequest.Output.DockerImages());
    builds.build(change.request());
  }
}
