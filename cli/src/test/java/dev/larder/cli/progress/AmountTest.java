package dev.larder.cli.progress;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class AmountTest {
  @Test
  void tight_isWhatDockerPrints() {
    assertThat(Amount.tight(0)).isEqualTo("0B");
    assertThat(Amount.tight(999)).isEqualTo("999B");
    assertThat(Amount.tight(2_100)).isEqualTo("2.10kB");
    assertThat(Amount.tight(999_999)).isEqualTo("1.00MB");
    assertThat(Amount.tight(3_410_000)).isEqualTo("3.41MB");
  }

  @Test
  void spaced_keepsTwoOrThreeFigures() {
    assertThat(Amount.spaced(0)).isEqualTo("0 B");
    assertThat(Amount.spaced(5_240_000)).isEqualTo("5.2 MB");
    assertThat(Amount.spaced(287_000_000)).isEqualTo("287 MB");
    assertThat(Amount.spaced(999_700)).isEqualTo("1.0 MB");
  }

  @Test
  void spoken_fitsTheLength() {
    assertThat(Amount.spoken(Duration.ofMillis(210))).isEqualTo("0.21 s");
    assertThat(Amount.spoken(Duration.ofMillis(41_300))).isEqualTo("41.3 s");
    assertThat(Amount.spoken(Duration.ofSeconds(125))).isEqualTo("2 min 5 s");
  }
}
