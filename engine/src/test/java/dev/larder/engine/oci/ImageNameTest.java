package dev.larder.engine.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.engine.digest.Digest;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ImageNameTest {
  private static final String HEX = Digest.ofText("x").hex();

  @ParameterizedTest
  @CsvSource({
    "alpine, docker.io/library/alpine, alpine",
    "alpine:3.20, docker.io/library/alpine:3.20, alpine:3.20",
    "user/app, docker.io/user/app, user/app",
    "docker.io/alpine, docker.io/library/alpine, alpine",
    "index.docker.io/library/alpine, docker.io/library/alpine, alpine",
    "docker.io/library/a/b, docker.io/library/a/b, library/a/b",
    "localhost/app, localhost/app, localhost/app",
    "localhost:5000/app:1, localhost:5000/app:1, localhost:5000/app:1",
    "registry.example.com/a/b_c__d-e.f:T_1, registry.example.com/a/b_c__d-e.f:T_1, "
        + "registry.example.com/a/b_c__d-e.f:T_1",
    "[::1]:5000/app, [::1]:5000/app, [::1]:5000/app",
    "Upper/app, Upper/app, Upper/app",
    "library/alpine, docker.io/library/alpine, alpine"
  })
  void parse_completesShortNames(String text, String complete, String familiar) {
    ImageName name = ImageName.parse(text);
    assertThat(name).hasToString(complete);
    assertThat(name.familiar()).isEqualTo(familiar);
    assertThat(ImageName.parse(complete)).isEqualTo(name);
    assertThat(ImageName.parse(familiar)).isEqualTo(name);
  }

  @Test
  void parse_keepsTagAndDigest() {
    ImageName name = ImageName.parse("localhost:5000/app:1@sha256:" + HEX);
    assertThat(name.tag()).isEqualTo("1");
    assertThat(name.digest()).isEqualTo(new Digest(HEX));
    assertThat(name.withTag("2")).hasToString("localhost:5000/app:2");
    assertThat(name.withDefaultTag()).isEqualTo(name);
    assertThat(ImageName.parse("app").withDefaultTag()).hasToString("docker.io/library/app:latest");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Alpine",
        "a//b",
        "/a",
        "a/",
        "a:",
        "a:.x",
        "a@",
        "a@sha256:12",
        "a@md5:abc",
        "a b",
        "-a",
        "a_",
        "a..b",
        "host.example:port/a",
        "a:b:c",
        "a?b",
        "http://registry.example/a",
        "../a",
        "registry.example/../a"
      })
  void parse_refusesWhatDockerRefuses(String text) {
    assertThatThrownBy(() -> ImageName.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("image name ");
  }

  @Test
  void parse_saysWhatIsWrong() {
    assertThatThrownBy(() -> ImageName.parse("Alpine"))
        .hasMessage("image name \"Alpine\": repository \"Alpine\" must be in lower case");
    assertThatThrownBy(() -> ImageName.parse(HEX)).hasMessageContaining("an image id, not a name");
    assertThatThrownBy(() -> ImageName.parse("a".repeat(300)))
        .hasMessageContaining("longer than 255 characters");
  }

  @Test
  void parse_staysQuickOnLongText() {
    for (String text : List.of("a-".repeat(200_000), "a/".repeat(200_000), "a".repeat(400_000))) {
      assertThatThrownBy(() -> ImageName.parse(text)).hasMessageContaining("too long");
    }
  }
}
