package dev.larder.engine.prune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

final class LimitsTest {
  private static final OptionalLong NONE = OptionalLong.empty();

  @Test
  void keep_isWhatBuildKitKeeps() {
    assertThat(Limits.NONE.keep(100, 7)).isZero();
    assertThat(new Limits(OptionalLong.of(40), NONE, NONE).keep(100, 7)).isEqualTo(40);
    assertThat(new Limits(OptionalLong.of(400), NONE, NONE).keep(100, 7)).isEqualTo(100);
    assertThat(new Limits(NONE, OptionalLong.of(30), NONE).keep(100, 7)).isEqualTo(30);
    assertThat(new Limits(NONE, NONE, OptionalLong.of(27)).keep(100, 7)).isEqualTo(80);
    assertThat(new Limits(NONE, NONE, OptionalLong.of(5)).keep(100, 7)).isEqualTo(100);
    assertThat(new Limits(NONE, OptionalLong.of(90), OptionalLong.of(27)).keep(100, 7))
        .isEqualTo(90);
    assertThat(new Limits(OptionalLong.of(60), NONE, OptionalLong.of(27)).keep(100, 7))
        .isEqualTo(60);
  }

  @Test
  void minFree_isAShareOfTheDisk_aSize_orTheLesserOfBoth() {
    long disk = 100_000_000_000L;
    assertThat(MinFree.usual(disk).bytes()).isEqualTo(10_000_000_000L);
    assertThat(MinFree.usual(10 * disk).bytes()).isEqualTo(20_000_000_000L);
    assertThat(MinFree.parse("5%", disk).bytes()).isEqualTo(5_000_000_000L);
    assertThat(MinFree.parse("2GB", disk).bytes()).isEqualTo(2L << 30);
    assertThat(MinFree.parse("0", disk).isMissed(0)).isFalse();
    assertThat(MinFree.parse("10k", disk).goal()).isEqualTo(15 << 10);
    assertThatThrownBy(() -> MinFree.parse("much", disk))
        .hasMessage("LARDER_MIN_FREE=much: expected a size such as 15GB, a share such as 5%, or 0");
  }
}
