package dev.larder.cli.progress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.engine.event.Amounts;
import org.junit.jupiter.api.Test;

final class TallyTest {
  @Test
  void unchangedBuild_saysThatNothingCame() {
    assertThat(new Tally(4, 4, Amounts.NONE, false))
        .hasToString("4 steps reused, 0 run; downloaded 0 B");
  }

  @Test
  void amounts_areSaidWhereThereAreAny() {
    Amounts amounts =
        new Amounts(5_000_000, 200_000, 1_060_000_000, 9, 287_000_000, 1, 1, 3, 50, 31, 0, 0);
    assertThat(new Tally(11, 5, amounts, false))
        .hasToString(
            "5 steps reused, 6 run; downloaded 5.2 MB, reused 1.1 GB, checked 31 URLs, 287 MB in"
                + " cache mounts");
  }

  @Test
  void whatIsNotCounted_isSaid_ofBothBuilds() {
    Tally tally = new Tally(1, 0, Amounts.NONE, true).and(new Tally(2, 2, Amounts.NONE, false));
    assertThat(tally)
        .hasToString(
            "2 steps reused, 1 run; downloaded 0 B (not counting steps on the host's network)");
  }
}
