package dev.larder.engine.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class UlimitTest {
  @Test
  void hardLimit_isTheSoftOneWhereItIsNotSaid() {
    assertThat(Ulimit.parse("nofile=5")).isEqualTo(new Ulimit("nofile", 5, 5));
    assertThat(Ulimit.parse("nofile=5:7")).isEqualTo(new Ulimit("nofile", 5, 7));
    assertThat(Ulimit.parse("core=-1")).isEqualTo(new Ulimit("core", -1, -1));
    assertThat(Ulimit.parse("core=0:-1")).isEqualTo(new Ulimit("core", 0, -1));
  }

  @ParameterizedTest
  @CsvSource({
    "nofile, expected NAME=SOFT[:HARD]",
    "nofile=, expected NAME=SOFT[:HARD]",
    "nofile=1:2:3, expected NAME=SOFT[:HARD]",
    "nofile=-2, expected NAME=SOFT[:HARD]",
    "as=1, there is no limit \"as\"",
    "nofile=7:5, the soft limit 7 is above the hard limit 5",
    "nofile=-1:5, the soft limit -1 is above the hard limit 5"
  })
  void wrongText_isToldWhy(String text, String reason) {
    assertThatThrownBy(() -> Ulimit.parse(text)).hasMessage(reason);
  }

  @Test
  void lastLimitOfAName_counts_andTheirOrderDoesNot() {
    Ulimit files = Ulimit.parse("nofile=5");
    Ulimit core = Ulimit.parse("core=0");
    assertThat(new Limits(OptionalLong.empty(), List.of(Ulimit.parse("nofile=9"), files, core)))
        .isEqualTo(new Limits(OptionalLong.of(0), List.of(core, files)));
  }
}
