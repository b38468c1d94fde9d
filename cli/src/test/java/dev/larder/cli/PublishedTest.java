package dev.larder.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.engine.service.Mount;
import dev.larder.engine.service.Port;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PublishedTest {
  @Test
  void ports_haveDockersShortForms() throws Exception {
    assertThat(Published.parse("80")).isEqualTo(new Port("", 0, 80));
    assertThat(Published.parse("8080:80")).isEqualTo(new Port("", 8080, 80));
    assertThat(Published.parse("127.0.0.1::80/tcp")).isEqualTo(new Port("127.0.0.1", 0, 80));
    assertThat(Published.parse("127.0.0.1:1:80")).isEqualTo(new Port("127.0.0.1", 1, 80));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "80/udp", "70000", "1:70000", "1:2:3:4"})
  void otherPorts_areRefused(String text) {
    assertThatThrownBy(() -> Published.parse(text)).hasMessageContaining("--publish " + text);
  }

  @Test
  void volumes_areFoldersOrNames() throws Exception {
    assertThat(Published.binds(List.of("./a:/b:ro", "data:/d"), Path.of("/p")))
        .containsExactly(
            new Mount.Bind(Path.of("/p/a"), "/b", true, true),
            new Mount.Volume("data", "/d", false, true));
    assertThatThrownBy(() -> Published.binds(List.of("a:b"), Path.of("/p")))
        .hasMessageContaining("--volume a:b");
  }
}
