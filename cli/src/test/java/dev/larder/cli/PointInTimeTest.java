package dev.larder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PointInTimeTest {
  private static final Instant NOW = Instant.parse("2026-03-04T05:06:07Z");

  @ParameterizedTest
  @CsvSource({
    "10m, 2026-03-04T04:56:07Z",
    "1h30m, 2026-03-04T03:36:07Z",
    "7s, 2026-03-04T05:06:00Z",
    "1772600000, 2026-03-04T04:53:20Z",
    "2026-03-01, 2026-03-01T00:00:00Z",
    "2026-03-01T10:00:00, 2026-03-01T10:00:00Z",
    "2026-03-01T10:00:00.5Z, 2026-03-01T10:00:00.500Z",
    "2026-03-01T10:00:00+02:00, 2026-03-01T08:00:00Z",
  })
  void text_isAPointInTime(String text, Instant expected) {
    assertThat(PointInTime.parse(text, NOW)).contains(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "soon", "m", "10", "10d", "2026-13-01", "2026-03-01T25:00:00Z"})
  void anythingElse_isNone(String text) {
    assertThat(PointInTime.parse(text, NOW)).isEmpty();
  }

  @Test
  void age_isSpokenAsDockerDoes() {
    assertThat(Age.spoken(Duration.ofMillis(900))).isEqualTo("Less than a second");
    assertThat(Age.spoken(Duration.ofSeconds(1))).isEqualTo("1 second");
    assertThat(Age.spoken(Duration.ofSeconds(59))).isEqualTo("59 seconds");
    assertThat(Age.spoken(Duration.ofSeconds(60))).isEqualTo("About a minute");
    assertThat(Age.spoken(Duration.ofMinutes(59))).isEqualTo("59 minutes");
    assertThat(Age.spoken(Duration.ofMinutes(61))).isEqualTo("About an hour");
    assertThat(Age.spoken(Duration.ofHours(47))).isEqualTo("47 hours");
    assertThat(Age.spoken(Duration.ofDays(13))).isEqualTo("13 days");
    assertThat(Age.spoken(Duration.ofDays(20))).isEqualTo("2 weeks");
    assertThat(Age.spoken(Duration.ofDays(90))).isEqualTo("3 months");
    assertThat(Age.spoken(Duration.ofDays(800))).isEqualTo("2 years");
  }
}
