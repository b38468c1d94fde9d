package dev.larder.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.engine.prune.Item;
import dev.larder.engine.prune.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class PruneFilterTest {
  private static final Instant NOW = Instant.parse("2026-05-03T00:00:00Z");

  private static Item item(Kind kind, Duration age) {
    Instant used = NOW.minus(age);
    return new Item(kind, "sha256:abcdef", "/root/.npm", 1, used, used, Set.of(), "");
  }

  private static boolean holds(String filter) throws UsageException {
    return PruneFilter.of(List.of(filter), NOW).test(item(Kind.MOUNT, Duration.ofHours(25)));
  }

  @Test
  void filters_areThoseOfBuildx() throws UsageException {
    assertThat(holds("until=24h")).isTrue();
    assertThat(holds("until=1d2h")).isFalse();
    assertThat(holds("type=mount")).isTrue();
    assertThat(holds("type=exec.cachemount")).isTrue();
    assertThat(holds("type=regular")).isFalse();
    assertThat(holds("type!=layer")).isTrue();
    assertThat(holds("id=abcd")).isTrue();
    assertThat(holds("id=bcde")).isFalse();
    assertThat(holds("id~=cde")).isTrue();
    assertThat(holds("description~=npm$")).isTrue();
    assertThat(
            PruneFilter.of(List.of("type=mount", "until=48h"), NOW)
                .test(item(Kind.MOUNT, Duration.ofHours(25))))
        .isFalse();
  }

  @Test
  void filterThatMakesNoSense_isRefused() {
    assertThatThrownBy(() -> holds("24h")).hasMessage("--filter 24h: expected KEY=VALUE");
    assertThatThrownBy(() -> holds("until=long"))
        .hasMessage("--filter until=long: expected a time such as 24h");
    assertThatThrownBy(() -> holds("type=layers"))
        .hasMessage("--filter type=layers: not one of layer, mount, package, download, blob");
    assertThatThrownBy(() -> holds("sise=1")).hasMessage("--filter sise=1: unknown key sise");
    assertThatThrownBy(() -> holds("id~=(")).hasMessageContaining("not a regular expression");
  }
}
