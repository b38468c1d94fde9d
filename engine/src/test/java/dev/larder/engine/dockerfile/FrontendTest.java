package dev.larder.engine.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class FrontendTest {
  @Test
  void dockerfileFrontend_isBuiltIn_inAnyVersionAndFromAnyMirror() {
    assertThat(
            List.of(
                "docker/dockerfile",
                "docker/dockerfile:1",
                "docker/dockerfile:1.7-labs",
                "docker/dockerfile-upstream:master",
                "docker.io/docker/dockerfile:1.4@sha256:" + "0".repeat(64),
                "mirror.example:5000/hub/docker/dockerfile:latest"))
        .allMatch(Frontend::isBuiltIn);
    assertThat(List.of("docker/dockerfiles", "dockerfile:1", "me/mydocker/dockerfile", "x"))
        .noneMatch(Frontend::isBuiltIn);
  }

  @Test
  void fileForAnotherFrontend_isRefusedForThatAlone() {
    Dockerfile file =
        Dockerfile.parse(new Source("Dockerfile", "# syntax=me/frontend --x\nno: Dockerfile\n"));
    assertThat(file.diagnostics())
        .singleElement()
        .satisfies(
            one -> {
              assertThat(one.isError()).isTrue();
              assertThat(one.message()).startsWith("use the frontend me/frontend: ");
              assertThat(file.source().text(one.span())).isEqualTo("me/frontend");
            });
  }
}
