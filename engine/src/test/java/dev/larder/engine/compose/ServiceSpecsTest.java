package dev.larder.engine.compose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import dev.larder.engine.oci.Healthcheck;
import dev.larder.engine.oci.ImageConfig;
import dev.larder.engine.oci.Platform;
import dev.larder.engine.service.Mount;
import dev.larder.engine.service.RunnableImage;
import dev.larder.engine.service.ServiceSpec;
import dev.larder.engine.snapshot.Snapshot;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ServiceSpecsTest {
  private static final ImageConfig IMAGE =
      ImageConfig.scratch(Platform.of("linux", "amd64"))
          .withEnv("A", "image")
          .withEntrypoint(List.of("/entry"))
          .withCmd(List.of("image", "command"))
          .withWorkingDir("/app")
          .withUser("web")
          .withStopSignal("SIGINT")
          .withVolumes(List.of("/data", "/cache"))
          .withHealthcheck(
              new Healthcheck(
                  List.of("CMD-SHELL", "test me"),
                  Duration.ofSeconds(7),
                  Duration.ZERO,
                  Duration.ofSeconds(1),
                  Duration.ZERO,
                  0));

  @TempDir private Path folder;

  private ServiceSpec spec(String keys) throws Exception {
    Files.writeString(
        folder.resolve("compose.yaml"),
        "name: p\nvolumes: {v: }\nservices:\n  s:\n    image: i\n" + keys.indent(4));
    Project project = ComposeFiles.read(folder, ComposeFiles.Named.none(), Map.of());
    Service service = project.services().values().iterator().next();
    return ServiceSpecs.of(project, service, new RunnableImage("i", IMAGE, Snapshot.EMPTY));
  }

  @Test
  void image_saysWhatTheServiceDoesNot() throws Exception {
    ServiceSpec spec = spec("");

    assertThat(spec.argv()).containsExactly("/entry", "image", "command");
    assertThat(spec.workingDir()).isEqualTo("/app");
    assertThat(spec.user()).isEqualTo("web");
    assertThat(spec.stopSignal()).isEqualTo(2);
    assertThat(spec.containerName()).isEqualTo("p-s-1");
    assertThat(spec.hostname()).isEqualTo("s");
    assertThat(spec.health().orElseThrow().test()).containsExactly("/bin/sh", "-c", "test me");
    assertThat(spec.health().orElseThrow().interval()).isEqualTo(Duration.ofSeconds(7));
    assertThat(spec.health().orElseThrow().timeout()).isEqualTo(Duration.ofSeconds(30));
    assertThat(spec.health().orElseThrow().retries()).isEqualTo(3);
  }

  @Test
  void command_replacesTheImages_andEntrypointTakesItAway() throws Exception {
    assertThat(spec("command: one 'two three'").argv())
        .containsExactly("/entry", "one", "two three");
    assertThat(spec("entrypoint: /other").argv()).containsExactly("/other");
    assertThat(spec("entrypoint: []\ncommand: [x]").argv()).containsExactly("x");
    assertThatThrownBy(() -> spec("entrypoint: []"))
        .isInstanceOf(ComposeException.class)
        .hasMessage("start s: image i has no command");
  }

  @Test
  void environment_isLaidOverTheImages() throws Exception {
    assertThat(spec("environment: {A: mine, B: 1}").environment())
        .contains(entry("A", "mine"), entry("B", "1"));
  }

  @Test
  void healthcheck_mayReplaceSomeOfTheImages() throws Exception {
    ServiceSpec times = spec("healthcheck: {retries: 9}");
    assertThat(times.health().orElseThrow().retries()).isEqualTo(9);
    assertThat(times.health().orElseThrow().interval()).isEqualTo(Duration.ofSeconds(7));

    ServiceSpec test = spec("healthcheck: {test: [CMD, x]}");
    assertThat(test.health().orElseThrow().test()).containsExactly("x");
    assertThat(test.health().orElseThrow().interval()).isEqualTo(Duration.ofSeconds(7));

    assertThat(spec("healthcheck: {disable: true}").health()).isEmpty();
  }

  @Test
  void imagesVolumes_getVolumesOfTheirOwn_unlessTheServiceHasThem() throws Exception {
    List<Mount> mounts = spec("volumes: ['v:/data']").mounts();

    assertThat(mounts).hasSize(2);
    assertThat(mounts.getFirst()).isEqualTo(new Mount.Volume("p_v", "/data", false, true));
    assertThat(mounts.getLast().target()).isEqualTo("/cache");
    assertThat(mounts.getLast()).isEqualTo(spec("volumes: ['v:/data']").mounts().getLast());
  }

  @Test
  void unknownSignal_isAnError() {
    assertThatThrownBy(() -> spec("stop_signal: SIGNOPE"))
        .hasMessage("start s: no such signal: \"SIGNOPE\"");
  }
}
