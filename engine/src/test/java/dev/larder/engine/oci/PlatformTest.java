package dev.larder.engine.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PlatformTest {
  private static final Platform HOST = Platform.host("amd64");

  @ParameterizedTest
  @CsvSource({
    "linux/amd64, linux/amd64",
    "linux/x86_64, linux/amd64",
    "linux/aarch64, linux/arm64",
    "linux/arm64/v8, linux/arm64/v8",
    "linux/arm, linux/arm",
    "linux/arm/v7, linux/arm/v7",
    "linux/armhf, linux/arm",
    "linux/armel, linux/arm/v6",
    "linux/amd64/v1, linux/amd64",
    "Linux/AMD64/V3, linux/amd64/v3",
    "linux, linux/amd64",
    "arm64, linux/arm64",
    "riscv64, linux/riscv64",
    "windows(10.0.17763)/amd64, windows(10.0.17763)/amd64"
  })
  void parse_followsContainerd(String text, String expected) {
    assertThat(Platform.parse(text, HOST)).hasToString(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "nonsense", "linux/", "/amd64", "linux/amd64/v1/x", "linux/a b"})
  void parse_refusesOthers(String text) {
    assertThatThrownBy(() -> Platform.parse(text, HOST))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("platform \"" + text + "\": ");
  }

  @ParameterizedTest
  @CsvSource({"amd64, linux/amd64", "aarch64, linux/arm64", "arm, linux/arm/v7", "i386, linux/386"})
  void host_translatesJavasNames(String osArch, String expected) {
    assertThat(Platform.host(osArch)).hasToString(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "linux/amd64, linux/amd64, true",
    "linux/amd64, linux/amd64/v1, true",
    "linux/amd64, linux/amd64/v2, false",
    "linux/amd64/v3, linux/amd64, true",
    "linux/amd64, linux/386, true",
    "linux/amd64, windows/amd64, false",
    "linux/arm64, linux/arm64/v8, true",
    "linux/arm64, linux/arm/v7, true",
    "linux/arm64/v8.2, linux/arm64/v8.1, true",
    "linux/arm64, linux/arm64/v8.1, false",
    "linux/arm64/v9, linux/arm64/v8.5, true",
    "linux/arm64/v9, linux/arm64/v8.6, false",
    "linux/arm/v7, linux/arm/v6, true",
    "linux/arm/v6, linux/arm/v7, false",
    "linux/arm/v7, linux/arm64, false",
    "linux/s390x, linux/s390x, true"
  })
  void runs_asContainerdMatches(String platform, String offered, boolean runs) {
    assertThat(Platform.parse(platform, HOST).runs(Platform.parse(offered, HOST))).isEqualTo(runs);
  }

  @Test
  void rank_prefersTheNearest() {
    Platform armV7 = Platform.parse("linux/arm/v7", HOST);
    assertThat(armV7.rank(Platform.parse("linux/arm/v7", HOST))).hasValue(0);
    assertThat(armV7.rank(Platform.parse("linux/arm/v6", HOST))).hasValue(1);
    assertThat(armV7.rank(Platform.parse("linux/amd64", HOST))).isEmpty();
  }
}
