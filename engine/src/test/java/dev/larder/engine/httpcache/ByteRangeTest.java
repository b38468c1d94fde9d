package dev.larder.engine.httpcache;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ByteRangeTest {
  @ParameterizedTest
  @CsvSource({
    "bytes=0-4, 0, 5",
    "BYTES=5-, 5, 5",
    "bytes=-3, 7, 3",
    "bytes=-99, 0, 10",
    "bytes=9-99999999999999999999999, 9, 1",
    "bytes= 2 - 3 , 2, 2"
  })
  void parts_areCutToTheBody(String value, long from, long length) {
    assertThat(ByteRange.of(value, 10))
        .isEqualTo(new ByteRange.Asked.Part(new ByteRange(from, length)));
  }

  @Test
  void whatTheBodyHasNot_isUnsatisfiable() {
    for (String value : new String[] {"bytes=10-", "bytes=99-100", "bytes=-0"}) {
      assertThat(ByteRange.of(value, 10)).isEqualTo(new ByteRange.Asked.Unsatisfiable());
    }
    assertThat(ByteRange.of("bytes=0-", 0)).isEqualTo(new ByteRange.Asked.Unsatisfiable());
  }

  @Test
  void whatCantBeUnderstood_isIgnored() {
    for (String value :
        new String[] {
          "", "lines=1-2", "bytes=", "bytes=-", "bytes=4-2", "bytes=a-b", "bytes=0-1,3-4"
        }) {
      assertThat(ByteRange.of(value, 10)).as(value).isEqualTo(new ByteRange.Asked.Whole());
    }
  }

  @Test
  void contentRange_isReadAsWritten() {
    Random random = new Random(5);
    for (int i = 0; i < 1000; i++) {
      long size = random.nextLong(1, 1L << 40);
      long from = random.nextLong(size);
      ByteRange rest = new ByteRange(from, size - from);
      assertThat(ByteRange.isRest(rest.contentRange(size), from, size)).isTrue();
      assertThat(ByteRange.isRest(rest.contentRange(size), from, -1)).isTrue();
      assertThat(ByteRange.isRest(rest.contentRange(size), from + 1, size)).isFalse();
      assertThat(ByteRange.isRest(rest.contentRange(size), from, size + 1)).isFalse();
    }
    assertThat(ByteRange.isRest("bytes 5-7/10", 5, 10)).isFalse();
    assertThat(ByteRange.isRest("bytes 5-9/*", 5, 10)).isFalse();
    assertThat(ByteRange.isRest("", 5, 10)).isFalse();
  }
}
