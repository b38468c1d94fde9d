package dev.larder.engine.graph;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** How git's addresses and names look. */
final class GitAddressTest {
  @Test
  void password_isNotShown() {
    assertThat(GitAddress.withoutPassword("https://me:secret@example.org/a@b:c.git"))
        .isEqualTo("https://xxxxx@example.org/a@b:c.git");
    assertThat(GitAddress.withoutPassword("https://token@example.org/a.git"))
        .isEqualTo("https://xxxxx@example.org/a.git");
    assertThat(GitAddress.withoutPassword("ssh://git@example.org/a"))
        .isEqualTo("ssh://git@example.org/a");
    assertThat(GitAddress.withoutPassword("git@example.org:a")).isEqualTo("git@example.org:a");
  }

  @Test
  void commit_isAWholeHash() {
    assertThat(GitAddress.isCommit("be1f38efe73c6a93cc429a0488ad6e1db663398c")).isTrue();
    assertThat(GitAddress.isCommit("be1f".repeat(16))).isTrue();
    assertThat(GitAddress.isCommit("be1f38e")).isFalse();
    assertThat(GitAddress.isCommit("main")).isFalse();
  }
}
