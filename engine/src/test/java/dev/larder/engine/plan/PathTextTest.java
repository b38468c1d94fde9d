package dev.larder.engine.plan;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PathTextTest {
  @ParameterizedTest
  @CsvSource({
    "/, /",
    "'', /",
    "//a//b/, /a/b",
    "/a/./b/.., /a",
    "/../../a, /a",
    "a/b, /a/b",
  })
  void clean_isAbsoluteAndShort(String path, String clean) {
    assertThat(PathText.clean(path)).isEqualTo(clean);
  }

  @ParameterizedTest
  @CsvSource({
    "/w, a, /w/a",
    "/w, a/, /w/a/",
    "/w, ., /w/",
    "/w, ./, /w/",
    "/w, '', /w/",
    "/w, .., /",
    "/w, ../, /",
    "/w, a/., /w/a/.",
    "/w, ../., /.",
    "/, ., /",
    "/w, /x//y/./, /x/y/",
    "/w, /, /",
  })
  void destination_keepsWhatSaysThatItIsAFolder(String folder, String path, String destination) {
    assertThat(PathText.destination(folder, path)).isEqualTo(destination);
  }

  @Test
  void wildcards_areNotSeenBehindABackslash() {
    assertThat(PathText.hasWildcards("a*")).isTrue();
    assertThat(PathText.hasWildcards("a?b")).isTrue();
    assertThat(PathText.hasWildcards("[ab]")).isTrue();
    assertThat(PathText.hasWildcards("a\\*b")).isFalse();
    assertThat(PathText.hasWildcards("a\\\\*b")).isTrue();
    assertThat(PathText.hasWildcards("plain")).isFalse();
  }
}
