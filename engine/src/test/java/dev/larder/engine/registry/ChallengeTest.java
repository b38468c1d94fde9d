package dev.larder.engine.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ChallengeTest {
  @Test
  void parse_readsQuotedAndBareParameters() {
    assertThat(
            Challenge.parse(
                List.of(
                    "Bearer realm=\"https://auth.example/t?a=b,c\",service=reg,"
                        + "scope=\"repository:a/b:pull,push\"")))
        .containsExactly(
            new Challenge(
                "bearer",
                Map.of(
                    "realm", "https://auth.example/t?a=b,c",
                    "service", "reg",
                    "scope", "repository:a/b:pull,push")));
  }

  @Test
  void parse_readsSeveralChallenges_inOneHeaderOrMany() {
    List<Challenge> expected =
        List.of(
            new Challenge("basic", Map.of("realm", "x")),
            new Challenge("negotiate", Map.of()),
            new Challenge("bearer", Map.of("realm", "y \"z\"")));
    assertThat(
            Challenge.parse(List.of("Basic realm=\"x\", Negotiate, BEARER Realm=\"y \\\"z\\\"\"")))
        .isEqualTo(expected);
    assertThat(
            Challenge.parse(
                List.of("Basic realm=x", "Negotiate", "Bearer realm = \"y \\\"z\\\"\"")))
        .isEqualTo(expected);
  }

  @Test
  void parse_leavesOutNonsense() {
    assertThat(Challenge.parse(List.of("", "=", "\"", "a=\"", ",,"))).isEmpty();
  }
}
