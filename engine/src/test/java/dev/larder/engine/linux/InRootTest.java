package dev.larder.engine.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class InRootTest {
  @TempDir Path root;

  private String resolve(String path) throws IOException {
    return InRoot.resolve(root.toString(), path).substring(root.toString().length());
  }

  private void link(String name, String target) throws IOException {
    Files.createSymbolicLink(root.resolve(name), Path.of(target));
  }

  @Test
  void path_isBelowTheRootWhateverItSays() throws IOException {
    assertThat(resolve("/a/./b//c")).isEqualTo("/a/b/c");
    assertThat(resolve("a/../../../b")).isEqualTo("/b");
    assertThat(resolve("/../..")).isEmpty();
    assertThat(resolve("")).isEmpty();
    assertThat(InRoot.resolve("/", "missing/file")).isEqualTo("/missing/file");
  }

  @Test
  void links_startAgainAtTheRootOrGoOnWhereTheyAre() throws IOException {
    Files.createDirectories(root.resolve("inner/lib"));
    link("lib", "inner/lib");
    link("absolute", "/inner");
    link("out", "../../../outer");
    assertThat(resolve("lib/x")).isEqualTo("/inner/lib/x");
    assertThat(resolve("absolute/lib/../x")).isEqualTo("/inner/x");
    assertThat(resolve("out/passwd")).isEqualTo("/outer/passwd");
  }

  @Test
  void lastLink_isFollowedOrMeantItself() throws IOException {
    link("first", "second");
    link("second", "there");
    assertThat(resolve("first")).isEqualTo("/there");
    assertThat(InRoot.resolveNoFollow(root.toString(), "first")).isEqualTo(root + "/first");
    assertThat(InRoot.resolveNoFollow(root.toString(), "first/x")).isEqualTo(root + "/there/x");
  }

  @Test
  void linksInACircle_areAnError() throws IOException {
    link("a", "b");
    link("b", "a");
    assertThatExceptionOfType(Errno.class)
        .isThrownBy(() -> resolve("a"))
        .matches(e -> e.is(Errno.ELOOP));
  }

  @Test
  void chainsLongerThanTheKernelsLimit_areFollowed() throws IOException {
    for (int i = 0; i < 100; i++) {
      link("l" + i, i == 99 ? "end" : "l" + (i + 1));
    }
    assertThat(resolve("l0")).isEqualTo("/end");
  }
}
