package dev.larder.engine.docker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.engine.digest.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DockerSocketTest {
  @TempDir Path home;

  @Test
  void nothingSaid_theUsualPlaces() {
    assertThat(DockerSocket.candidates(Map.of("XDG_RUNTIME_DIR", "/run/user/7"), home))
        .containsExactly(
            Path.of("/var/run/docker.sock"),
            Path.of("/run/user/7/docker.sock"),
            Path.of("/run/user/7/podman/podman.sock"),
            Path.of("/run/podman/podman.sock"));
  }

  @Test
  void host_winsOverContexts() throws IOException {
    context("other", "unix:///other.sock");
    assertThat(
            DockerSocket.candidates(
                Map.of("DOCKER_HOST", "unix:///a.sock", "DOCKER_CONTEXT", "other"), home))
        .containsExactly(Path.of("/a.sock"));
  }

  @Test
  void hostElsewhere_isLeftAlone() {
    assertThat(DockerSocket.candidates(Map.of("DOCKER_HOST", "tcp://10.0.0.1:2375"), home))
        .isEmpty();
    assertThat(DockerSocket.candidates(Map.of("DOCKER_HOST", "ssh://me@build"), home)).isEmpty();
  }

  @Test
  void context_isReadWhereDockerKeepsIt() throws IOException {
    context("mine", "unix:///mine.sock");
    Files.writeString(home.resolve(".docker/config.json"), "{\"currentContext\":\"mine\"}");
    assertThat(DockerSocket.candidates(Map.of(), home)).containsExactly(Path.of("/mine.sock"));
    context("next", "unix:///next.sock");
    assertThat(DockerSocket.candidates(Map.of("DOCKER_CONTEXT", "next"), home))
        .containsExactly(Path.of("/next.sock"));
    assertThat(DockerSocket.candidates(Map.of("DOCKER_CONTEXT", "default"), home))
        .contains(Path.of("/var/run/docker.sock"));
    assertThat(DockerSocket.candidates(Map.of("DOCKER_CONTEXT", "gone"), home)).isEmpty();
  }

  @Test
  void damagedConfig_countsAsNone() throws IOException {
    Files.createDirectories(home.resolve(".docker"));
    for (String text : new String[] {"", "[]", "{\"currentContext\":{}}", "{\"currentContext\":"}) {
      Files.writeString(home.resolve(".docker/config.json"), text);
      assertThat(DockerSocket.candidates(Map.of(), home)).contains(Path.of("/var/run/docker.sock"));
    }
  }

  private void context(String name, String host) throws IOException {
    Path folder = home.resolve(".docker/contexts/meta/" + Digest.ofText(name).hex());
    Files.createDirectories(folder);
    Files.writeString(
        folder.resolve("meta.json"),
        "{\"Name\":\"%s\",\"Endpoints\":{\"docker\":{\"Host\":\"%s\"}}}".formatted(name, host));
  }
}
