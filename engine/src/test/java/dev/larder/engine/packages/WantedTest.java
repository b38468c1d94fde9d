package dev.larder.engine.packages;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.engine.digest.Digest;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class WantedTest {
  @Test
  void signature_isNoPartOfTheKey() {
    Wanted plain = wanted("/f?v=1");
    for (String signed :
        new String[] {
          "/f?v=1&X-Amz-Signature=a&X-Amz-Expires=9",
          "/f?Expires=9&Signature=b&Key-Pair-Id=c&v=1",
          "/f?sv=2024&sig=x&se=2026&v=1"
        }) {
      assertThat(wanted(signed).key()).isEqualTo(plain.key());
      assertThat(wanted(signed).isSigned()).isTrue();
    }
    assertThat(plain.isSigned()).isFalse();
    assertThat(wanted("/f?v=1&se=2026").key()).isNotEqualTo(plain.key());
  }

  @Test
  void whatMakesAnotherAnswer_isPartOfTheKey() {
    Wanted one = wanted("/f");
    assertThat(wanted("/g").key()).isNotEqualTo(one.key());
    assertThat(wanted("/f?x").key()).isNotEqualTo(one.key());
    assertThat(Wanted.of("https://h", "/f", "", "u", Optional.empty(), "", "").key())
        .isNotEqualTo(one.key());
    assertThat(Wanted.of("http://h", "/f", "10.0.0.1", "u", Optional.empty(), "", "").key())
        .isNotEqualTo(one.key());
    assertThat(Wanted.of("http://h", "/f", "", "u", Optional.of(Digest.ofText("b")), "", "").key())
        .isNotEqualTo(one.key());
    // Credentials tell variants of one key apart, and what is on its way.
    Wanted other = Wanted.of("http://h", "/f", "", "u", Optional.empty(), "scope", "");
    assertThat(other.key()).isEqualTo(one.key());
    assertThat(other.partKey()).isNotEqualTo(one.partKey());
  }

  @Test
  void path_isKnownOnlyWithoutAQuery() {
    assertThat(wanted("/f.deb").path()).isEqualTo("/f.deb");
    assertThat(wanted("/f.deb?sig=x").path()).isEqualTo("/f.deb");
    assertThat(wanted("/f.deb?x=y").path()).isEmpty();
  }

  private static Wanted wanted(String target) {
    return Wanted.of("http://h", target, "", "u", Optional.empty(), "", "");
  }
}
