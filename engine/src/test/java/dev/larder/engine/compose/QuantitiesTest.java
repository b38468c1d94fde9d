package dev.larder.engine.compose;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class QuantitiesTest {
  @Test
  void durations_areSums() {
    assertThat(Quantities.duration("1m30s")).contains(Duration.ofSeconds(90));
    assertThat(Quantities.duration("500ms")).contains(Duration.ofMillis(500));
    assertThat(Quantities.duration("1.5s")).contains(Duration.ofMillis(1500));
    assertThat(Quantities.duration("0")).contains(Duration.ZERO);
    assertThat(Quantities.duration("10")).isEmpty();
    assertThat(Quantities.duration("s")).isEmpty();
    assertThat(Quantities.duration("9999999999h")).isEmpty();
  }

  @Test
  void sizes_arePowersOf1024() {
    assertThat(Quantities.bytes("64m")).hasValue(64L << 20);
    assertThat(Quantities.bytes("1.5GB")).hasValue(3L << 29);
    assertThat(Quantities.bytes("100")).hasValue(100);
    assertThat(Quantities.bytes("2kib")).hasValue(2048);
    assertThat(Quantities.bytes("many")).isEmpty();
  }

  @Test
  void commandLines_areCutAsAShellDoes() throws ComposeException {
    Place place = new Place("f", 1, 1);
    assertThat(ShellWords.split("sh -c 'a b' \"c \\\"d\\\"\" e\\ f ''", place))
        .isEqualTo(List.of("sh", "-c", "a b", "c \"d\"", "e f", ""));
  }
}
