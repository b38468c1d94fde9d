package dev.larder.engine.httpcache;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class HttpDateTest {
  @Test
  void allThreeForms_areRead() {
    Instant example = Instant.parse("1994-11-06T08:49:37Z");
    assertThat(HttpDate.parse("Sun, 06 Nov 1994 08:49:37 GMT")).contains(example);
    assertThat(HttpDate.parse("Sunday, 06-Nov-94 08:49:37 GMT")).contains(example);
    assertThat(HttpDate.parse("Sun Nov  6 08:49:37 1994")).contains(example);
    assertThat(HttpDate.parse("Sun Nov 16 08:49:37 2025"))
        .contains(Instant.parse("2025-11-16T08:49:37Z"));
  }

  @Test
  void whatIsNoDate_isNone() {
    for (String value : new String[] {"", "0", "-1", "Sun, 06 Nov 1994", "yesterday"}) {
      assertThat(HttpDate.parse(value)).as(value).isEmpty();
    }
  }

  @Test
  void parse_invertsFormat() {
    Random random = new Random(7);
    for (int i = 0; i < 1000; i++) {
      Instant date = Instant.ofEpochSecond(random.nextLong(0, 7_000_000_000L));
      assertThat(HttpDate.parse(HttpDate.format(date.plusNanos(random.nextInt(1_000_000_000)))))
          .contains(date);
    }
  }
}
