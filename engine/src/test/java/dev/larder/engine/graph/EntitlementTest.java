package dev.larder.engine.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class EntitlementTest {
  @ParameterizedTest
  @EnumSource
  void word_isReadAsItIsWritten(Entitlement one) {
    assertThat(Entitlement.parse(one.word())).isEqualTo(one);
    assertThat(Entitlement.known()).contains(one.word());
  }

  @Test
  void device_mayBeNamed() {
    assertThat(Entitlement.parse("device=vendor.com/gpu=0,alias=gpu"))
        .isEqualTo(Entitlement.DEVICE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "network", "network_host", "Network.Host", "security.insecure=1", "devices"})
  void anythingElse_isRefused(String text) {
    assertThatThrownBy(() -> Entitlement.parse(text)).hasMessage("unknown entitlement " + text);
  }
}
