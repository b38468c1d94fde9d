package dev.larder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class BriefUrlTest {
  @Test
  void longUrl_isToldByItsHostAndFile() {
    assertThat(BriefUrl.of("https://files.test:8443/packages/ab/cd/six-1.16.0.tar.gz?a=/b"))
        .isEqualTo("files.test:8443/…/six-1.16.0.tar.gz");
  }

  @Test
  void urlThatIsShort_orHasNoFileBelowAFolder_isWhole() {
    String folder = "https://a-long-name-of-a-server.test/simple/six/";
    String top = "https://a-long-name-of-a-server.test/InRelease";
    String bare = "https://a-very-long-name-of-a-server.test";
    assertThat(BriefUrl.of("http://a.test/b/c")).isEqualTo("http://a.test/b/c");
    assertThat(BriefUrl.of(folder)).isEqualTo(folder);
    assertThat(BriefUrl.of(top)).isEqualTo(top);
    assertThat(BriefUrl.of(bare)).isEqualTo(bare);
  }
}
