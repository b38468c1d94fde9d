package dev.larder.engine.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PathPatternsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          foo              | foo               | true
          foo              | foo/bar/baz       | true
          foo              | a/foo             | false
          /foo/            | foo/bar           | true
          ./foo            | foo               | true
          a/../foo         | foo               | true
          *.md             | README.md         | true
          *.md             | docs/README.md    | false
          **/*.md          | README.md         | true
          **/*.md          | a/b/README.md     | true
          **/foo           | foo/x             | true
          **/foo           | a/barfoo          | false
          **foo            | a/barfoo          | true
          foo/**           | foo               | false
          foo/**           | foo/a/b           | true
          a/**/b           | a/b               | true
          a/**/b           | a/x/y/b           | true
          a/**/b           | a/xb              | false
          **               | any/thing         | true
          *                | a                 | true
          *                | a/b               | true
          */b              | a/b               | true
          */b              | b                 | false
          ?oo              | foo               | true
          ?oo              | oo                | false
          [a-c]x           | bx                | true
          [^a-c]x          | bx                | false
          [^a-c]x          | zx                | true
          a\\*b            | a*b               | true
          a\\*b            | axb               | false
          a.b              | axb               | false
          a$b(c)           | a$b(c)            | true
          é?               | éø                | true
          # comment        | # comment         | false
          """)
  void pattern_leavesOut(String line, String path, boolean excluded) throws DockerfileException {
    assertThat(patterns(line).excludes(path)).isEqualTo(excluded);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          *,!keep             | keep              | false
          *,!keep             | keep/inside       | false
          *,!keep             | other             | true
          *,!a/b              | a                 | true
          *,!a/b              | a/b               | false
          *,!a/b              | a/b/c             | false
          *,!a/b              | a/c               | true
          docs,!docs/*.md     | docs/a.md         | false
          docs,!docs/*.md     | docs/sub/a.md     | true
          docs,!docs/**/*.md  | docs/sub/a.md     | false
          !a,a                | a                 | true
          a,! /a/ ,a/b        | a/b               | true
          a,! /a/ ,a/b        | a/c               | false
          """)
  void lastPattern_decides(String lines, String path, boolean excluded) throws DockerfileException {
    assertThat(patterns(lines.split(",")).excludes(path)).isEqualTo(excluded);
  }

  @Test
  void ignoreFile_isReadLineByLine() throws DockerfileException {
    String text = "\uFEFF# first\r\n  node_modules/  \r\n\r\n #x\n!node_modules/keep\n/";
    PathPatterns patterns = PathPatterns.ignoreFile(new Source(".dockerignore", text));
    assertThat(patterns.excludes("node_modules/a")).isTrue();
    assertThat(patterns.excludes("node_modules/keep/a")).isFalse();
    assertThat(patterns.excludes("#x")).isTrue();
    assertThat(patterns.excludes("first")).isFalse();
    assertThat(patterns.excludedBy("node_modules/a").orElseThrow().text())
        .isEqualTo("node_modules/");
    assertThat(patterns.excludedBy("src")).isEmpty();
  }

  @Test
  void brokenPattern_isNamedWithItsPlace() {
    Source source = new Source(".dockerignore", "ok\n[a-\n");
    assertThatThrownBy(() -> PathPatterns.ignoreFile(source))
        .isInstanceOfSatisfying(
            DockerfileException.class,
            e ->
                assertThat(e.diagnostic().line(source))
                    .isEqualTo(".dockerignore:2:1: syntax error in pattern \"[a-\""));
    assertThatThrownBy(() -> patterns("!")).hasMessage("illegal exclusion pattern: \"!\"");
  }

  @Test
  void folder_isPrunedOnlyWhereNothingComesBack() throws DockerfileException {
    PathPatterns patterns = patterns("*", "!src/**/*.java", "!docs/*.md", "!/a/b/", "!*.txt");
    assertThat(prunable(patterns, "target")).isTrue();
    assertThat(prunable(patterns, "src")).isFalse();
    assertThat(prunable(patterns, "src/deep/er")).isFalse();
    assertThat(prunable(patterns, "docs")).isFalse();
    assertThat(prunable(patterns, "docs/sub")).isTrue();
    assertThat(prunable(patterns, "a")).isFalse();
    assertThat(prunable(patterns, "a/b")).isFalse(); // it is not excluded
    assertThat(prunable(patterns, "a/c")).isTrue();
    assertThat(prunable(patterns("node_modules"), "node_modules")).isTrue();
  }

  @Test
  void prunedFolder_holdsNothingThatIsTaken() throws DockerfileException {
    Random random = new Random(7);
    List<String> parts = List.of("a", "b", "ab", "*", "?", "**", "a*", "[ab]", "*b");
    List<String> names = List.of("a", "b", "ab", "ba");
    int pruned = 0;
    for (int i = 0; i < 20_000; i++) {
      String[] lines = new String[1 + random.nextInt(4)];
      for (int n = 0; n < lines.length; n++) {
        lines[n] = (random.nextInt(3) == 0 ? "!" : "") + path(random, parts);
      }
      PathPatterns patterns = patterns(lines);
      String folder = path(random, names);
      if (prunable(patterns, folder)) {
        pruned++;
        String inside = folder + "/" + path(random, names);
        assertThat(patterns.excludes(inside))
            .as("%s, %s below %s", List.of(lines), inside, folder)
            .isTrue();
      }
    }
    assertThat(pruned).isGreaterThan(1_000);
  }

  @Test
  void wildcard_matchesAsGosFilepathDoes() throws DockerfileException {
    assertThat(wildcard("*.jar").matches("a.jar")).isTrue();
    assertThat(wildcard("*.jar").matches("a/b.jar")).isFalse();
    assertThat(wildcard("a/*/c").matches("a/b/c")).isTrue();
    assertThat(wildcard("**/c").matches("a/b/c")).isFalse();
    assertThat(wildcard("[a-c]?").matches("bé")).isTrue();
    assertThat(wildcard("[\\]]").matches("]")).isTrue();
    assertThat(wildcard("a\\*").matches("a*")).isTrue();
    assertThat(wildcard("").matches("")).isTrue();
    assertThat(wildcard("*".repeat(100) + "b").matches("a".repeat(10_000))).isFalse();
    for (String broken : List.of("[", "[]", "[]a]", "[a", "[-]", "[a-]", "a\\", "[^]")) {
      assertThatThrownBy(() -> wildcard(broken)).as(broken).isInstanceOf(DockerfileException.class);
    }
    assertThat(Wildcard.isWildcard("a\\*b")).isFalse();
    assertThat(Wildcard.isWildcard("a?b")).isTrue();
  }

  private static boolean prunable(PathPatterns patterns, String folder) {
    PathPatterns.Verdict verdict = patterns.root();
    String path = "";
    for (String part : folder.split("/")) {
      path = path.isEmpty() ? part : path + "/" + part;
      verdict = patterns.below(verdict, path);
    }
    return patterns.prunable(verdict, folder);
  }

  private static String path(Random random, List<String> parts) {
    StringBuilder path = new StringBuilder();
    for (int n = 1 + random.nextInt(3); n > 0; n--) {
      path.append(path.isEmpty() ? "" : "/").append(parts.get(random.nextInt(parts.size())));
    }
    return path.toString();
  }

  private static Wildcard wildcard(String pattern) throws DockerfileException {
    return Wildcard.parse(new Word(new Span(0, pattern.length()), pattern));
  }

  private static PathPatterns patterns(String... lines) throws DockerfileException {
    return PathPatterns.ignoreFile(new Source(".dockerignore", String.join("\n", lines)));
  }
}
