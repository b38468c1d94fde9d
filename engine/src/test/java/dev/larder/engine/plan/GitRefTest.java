package dev.larder.engine.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is git, and what of it is meant. */
final class GitRefTest {
  private static final String COMMIT = "be1f38efe73c6a93cc429a0488ad6e1db663398c";

  private static GitRef parse(String text) {
    return GitRef.parse(text).orElseThrow();
  }

  @ParameterizedTest
  @CsvSource({
    "https://example.org/foo.git, https://example.org/foo.git, '', ''",
    "HTTPS://example.org/foo.git, https://example.org/foo.git, '', ''",
    "http://example.org:8080/a/foo.git#v1, http://example.org:8080/a/foo.git, v1, ''",
    "https://example.org/foo.git#release/1.2, https://example.org/foo.git, release/1.2, ''",
    "https://example.org/foo.git#a/b:c/d, https://example.org/foo.git, a/b, c/d",
    "https://example.org/foo.git#:c/../../d/, https://example.org/foo.git, '', d",
    "https://example.org/foo.git#main:, https://example.org/foo.git, main, ''",
    "https://example.org/a%20b.git#x%2Fy, https://example.org/a%20b.git, x/y, ''",
    "https://me:secret@example.org/foo.git, https://me:secret@example.org/foo.git, '', ''",
    "git://example.org/foo, git://example.org/foo, '', ''",
    "ssh://git@example.org:2222/foo#main, ssh://git@example.org:2222/foo, main, ''",
    "git@example.org:a/foo.git, git@example.org:a/foo.git, '', ''",
    "me_2@example.org:foo#main:sub, me_2@example.org:foo, main, sub",
    "git@example.org:foo.git?subdir=/s#v1, git@example.org:foo.git, v1, s",
    "https://example.org/foo.git?subdir=/s#v1, https://example.org/foo.git, v1, s",
    "https://example.org/foo.git?ref=v1&subdir=s, https://example.org/foo.git, v1, s",
    "https://example.org/foo.git?ref=v1#v1, https://example.org/foo.git, v1, ''",
    "https://example.org/foo.git?tag=v1, https://example.org/foo.git, refs/tags/v1, ''",
    "https://example.org/foo.git?tag=refs/tags/v1, https://example.org/foo.git, refs/tags/v1, ''",
    "https://example.org/foo.git?branch=a+b, https://example.org/foo.git, refs/heads/a b, ''",
    "https://example.org/foo.git?branch=x#refs/heads/x, https://example.org/foo.git, refs/heads/x,"
        + " ''",
    "https://example.org/foo.git?&ref=v1&&;=1, https://example.org/foo.git, v1, ''",
  })
  void repository_hasItsPartsReadFromFragmentAndQuery(
      String text, String remote, String ref, String folder) {
    GitRef git = parse(text);
    assertThat(git.remote()).isEqualTo(remote);
    assertThat(git.ref()).isEqualTo(ref);
    assertThat(git.folder()).isEqualTo(folder);
    assertThat(git.likePath()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ".",
        ".git",
        "./.git",
        "../a.git",
        "./git@example.org:foo",
        "foo.git",
        "example.org/foo.git",
        "https://example.org/",
        "https://example.org/foo",
        "https://example.org/foo.git/",
        "https://example.org/foo.git.bar",
        "https://example.org/foo?ref=main.git",
        "https://example.git",
        "http://example.org/foo.git:#branch",
        "https://example.org/%zz.git",
        "https://example.org/foo.git#%zz",
        "ftp://example.org/foo.git",
        "file:///srv/foo.git",
        "ext::sh -c id",
        "git+ssh://example.org/foo.git",
        "git@example.org",
        "-oProxyCommand=id@example.org:foo",
        "-x@example.org:foo",
        "git@example.org:foo?a=%zz",
      })
  void whatIsNoRepository_isNone(String text) {
    assertThat(GitRef.parse(text)).isEmpty();
  }

  @Test
  void shortName_mightBeAPath() {
    GitRef git = parse("github.com/some/repo?tag=v1#:sub");
    assertThat(git.likePath()).isTrue();
    assertThat(git.remote()).isEqualTo("https://github.com/some/repo");
    assertThat(git.ref()).isEqualTo("refs/tags/v1");
    assertThat(git.folder()).isEqualTo("sub");
  }

  @Test
  void query_says_whatTheFlagsOfAddSay() {
    String remote = "https://example.org/foo.git";
    GitRef bare = parse(remote);
    assertThat(bare.keepGitDir()).isEmpty();
    assertThat(bare.submodules()).isTrue();
    assertThat(bare.commitTimes()).isFalse();
    assertThat(bare.byCommit()).isFalse();
    assertThat(bare.checksum()).isEmpty();
    GitRef all =
        parse(
            remote
                + "?keep-git-dir&submodules=0&mtime=commit&fetch-by-commit=T&commit="
                + COMMIT
                + "#main");
    assertThat(all)
        .isEqualTo(
            new GitRef(remote, "main", "", COMMIT, Optional.of(true), false, true, true, false));
    assertThat(parse(remote + "?keep-git-dir=False&submodules=&mtime=checkout&checksum=be1f"))
        .isEqualTo(
            new GitRef(remote, "", "", "be1f", Optional.of(false), true, false, false, false));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "?ref=a#b | ref conflicts: \"b\" vs \"a\"",
        "?ref=a&tag=b | ref conflicts: \"a\" vs \"refs/tags/b\"",
        "?branch=a#b | ref conflicts: \"b\" vs \"refs/heads/a\"",
        "?tag=a&branch=b | branch conflicts with tag",
        "?subdir=a#:b | subdir conflicts: \"b\" vs \"a\"",
        "?ref=a&ref=a | query \"ref\" has multiple values",
        "?ref | query \"ref\" has no value",
        "?tag= | query \"tag\" has no value",
        "?checksum= | query \"checksum\" has no value",
        "?keep-git-dir=yes | invalid keep-git-dir value: \"yes\"",
        "?submodules=no | invalid submodules value: \"no\"",
        "?fetch-by-commit=tRuE | invalid fetch-by-commit value: \"tRuE\"",
        "?mtime=now | invalid mtime value: \"now\" (must be \"checkout\" or \"commit\")",
        "?what=1 | unexpected query \"what\"",
        "?%22=1 | unexpected query \"\\\"\"",
        "#--upload-pack=id | invalid git ref \"--upload-pack=id\"",
      })
  void contradictions_areErrors(String behind, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> GitRef.parse("https://example.org/foo.git" + behind))
        .withMessage(message);
  }
}
