package com.example.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

final class SettingsTest {
  @Test
  void emptyVariables_countAsAbsent() {
    Settings settings = Settings.of(Map.of("PORT", "", "FIREBASE_PROJECT", " "));
    assertThat(settings.port()).isEqualTo(8080);
    assertThat(settings.firebaseProject()).isEmpty();
  }

  @Test
  void port_mustBeANumber() {
    assertThatThrownBy(() -> Settings.of(Map.of("PORT", "web")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("PORT is not a number: \"web\"");
  }

  @Test
  void model_needsItsTokenizer() {
    assertThatThrownBy(() -> Settings.of(Map.of("MODEL", "/models/mine.pt")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("TOKENIZER");
  }
}
