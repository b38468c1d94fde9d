package com.example.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

final class AccessTest {
  @Test
  void bearer_isTheTokenAfterTheScheme() {
    assertThat(Access.bearer(Optional.of("bearer abc.def"))).contains("abc.def");
  }

  @Test
  void bearer_ofAnotherSchemeOrNothing_isAbsent() {
    assertThat(Access.bearer(Optional.of("Basic abc"))).isEmpty();
    assertThat(Access.bearer(Optional.of("Bearer  "))).isEmpty();
    assertThat(Access.bearer(Optional.empty())).isEmpty();
  }

  @Test
  void firebase_refusesWhatIsNoToken() {
    Access access = Access.firebase("example-project");
    assertThat(access.mayWrite(Optional.of("Bearer junk"))).isFalse();
    assertThat(access.mayWrite(Optional.empty())).isFalse();
  }
}
