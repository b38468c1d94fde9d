package dev.larder.engine.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class GoTextTest {
  @Test
  void lists_standInBracketsWithSpaces() {
    assertThat(GoText.plain(List.of("a b", "c"))).isEqualTo("[a b c]");
    assertThat(GoText.plain(List.of())).isEqualTo("[]");
    assertThat(GoText.quoted(List.of("a b", "c"))).isEqualTo("[\"a b\" \"c\"]");
    assertThat(GoText.quoted(List.of())).isEqualTo("[]");
  }

  @Test
  void quoted_escapesWhatGoEscapes() {
    assertThat(GoText.quoted("\"\\'<&>")).isEqualTo("\"\\\"\\\\'<&>\"");
    assertThat(GoText.quoted("\u0007\b\f\n\r\t\u000b")).isEqualTo("\"\\a\\b\\f\\n\\r\\t\\v\"");
    assertThat(GoText.quoted("\0\u001b\u007f")).isEqualTo("\"\\x00\\x1b\\x7f\"");
    assertThat(GoText.quoted("ü😀")).isEqualTo("\"ü😀\"");
    assertThat(GoText.quoted("\u0085\u00a0\u200b\ufeff\ue000"))
        .isEqualTo("\"\\u0085\\u00a0\\u200b\\ufeff\\ue000\"");
    assertThat(GoText.quoted(new String(Character.toChars(0x10FFFF)))).isEqualTo("\"\\U0010ffff\"");
  }

  @ParameterizedTest
  @CsvSource({
    "PT0S, 0s",
    "PT0.000000001S, 1ns",
    "PT0.0000011S, 1.1µs",
    "PT0.5S, 500ms",
    "PT0.0015S, 1.5ms",
    "PT1.5S, 1.5s",
    "PT1M, 1m0s",
    "PT90S, 1m30s",
    "PT1H, 1h0m0s",
    "PT49H0M1.25S, 49h0m1.25s",
    "PT-1.5S, -1.5s",
  })
  void durations_areWrittenAsGoDoes(Duration duration, String text) {
    assertThat(GoText.duration(duration)).isEqualTo(text);
  }
}
