package dev.larder.engine.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.engine.digest.Digest;
import dev.larder.engine.graph.Selector;
import dev.larder.engine.graph.Selector.Pick;
import dev.larder.engine.linux.Inodes;
import dev.larder.engine.snapshot.TreeManifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SelectionTest {
  @TempDir private Path root;

  @BeforeEach
  void files() throws IOException {
    Files.createDirectories(root.resolve("src/lib"));
    Files.createDirectories(root.resolve("empty"));
    write("a.txt", "a");
    write("b.txt", "b");
    write("src/main.c", "main");
    write("src/lib/x.c", "x");
    write("src/lib/x.md", "doc");
    Files.createSymbolicLink(root.resolve("to-a"), Path.of("a.txt"));
    Files.createSymbolicLink(root.resolve("to-src"), Path.of("/src"));
    Files.createSymbolicLink(root.resolve("src/up"), Path.of("../../../b.txt"));
  }

  private void write(String path, String text) throws IOException {
    Files.writeString(root.resolve(path), text);
  }

  private Digest digest(Pick... picks) throws IOException {
    return result(picks).digest();
  }

  private Selection.Result result(Pick... picks) throws IOException {
    return Selection.read(FileTree.of("stage \"x\"", root), new Selector(List.of(picks)));
  }

  /** As COPY makes them. */
  private static Pick copy(String path, String... excludes) {
    return new Pick(path, true, true, true, List.of(excludes));
  }

  @Test
  void digest_isTheSameForACopyAndForAnyTime() throws IOException {
    Digest before = digest(copy("/src"));
    Files.setLastModifiedTime(root.resolve("src/main.c"), FileTime.fromMillis(5));
    Files.setLastModifiedTime(root.resolve("src"), FileTime.fromMillis(5));
    assertThat(digest(copy("/src"))).isEqualTo(before);
    write("src/main.c", "other");
    assertThat(digest(copy("/src"))).isNotEqualTo(before);
    write("src/main.c", "main");
    assertThat(digest(copy("/src"))).isEqualTo(before);
  }

  @Test
  void digest_changesWithWhatCountsOfAnyFileBelow() throws IOException {
    Digest before = digest(Pick.of("/src"));
    String file = root.resolve("src/lib/x.c").toString();
    Inodes.changeMode(file, 0600);
    Digest mode = digest(Pick.of("/src"));
    Inodes.setAttribute(file, "user.note", new byte[] {1});
    Digest attribute = digest(Pick.of("/src"));
    Inodes.rename(file, file + "2", 0);
    Digest name = digest(Pick.of("/src"));
    Inodes.makeFolder(root.resolve("src/none").toString(), 0755);
    Digest folder = digest(Pick.of("/src"));
    Inodes.changeMode(root.resolve("src").toString(), 0700);
    Digest header = digest(Pick.of("/src"));
    assertThat(List.of(before, mode, attribute, name, folder, header)).doesNotHaveDuplicates();
  }

  @Test
  void contentsOnly_leavesTheFoldersOwnAttributesOut() throws IOException {
    Digest before = digest(copy("/src"));
    Inodes.changeMode(root.resolve("src").toString(), 0700);
    assertThat(digest(copy("/src"))).isEqualTo(before);
    Inodes.changeMode(root.resolve("src/lib").toString(), 0700);
    assertThat(digest(copy("/src"))).isNotEqualTo(before);
  }

  @Test
  void names_countInFoldersAndWildcardsOnly() throws IOException {
    Digest file = digest(copy("/a.txt"));
    Digest wild = digest(copy("/a.*"));
    Inodes.rename(root.resolve("a.txt").toString(), root.resolve("a.doc").toString(), 0);
    assertThat(digest(copy("/a.doc"))).isEqualTo(file);
    assertThat(digest(copy("/a.*"))).isNotEqualTo(wild);
  }

  @Test
  void links_areFollowedWithinTheTreeWhereAsked() throws IOException {
    assertThat(digest(copy("/to-a"))).isEqualTo(digest(copy("/a.txt")));
    assertThat(digest(copy("/to-src"))).isEqualTo(digest(copy("/src")));
    assertThat(digest(copy("/to-src/lib/../up"))).isEqualTo(digest(copy("/b.txt")));
    Pick link = new Pick("/to-a", false, false, false, List.of());
    assertThat(digest(link)).isNotEqualTo(digest(copy("/a.txt")));
  }

  @Test
  void excludes_areNotReadAndDoNotCount() throws IOException {
    Digest before = digest(copy("/src", "**/*.md"));
    write("src/lib/x.md", "more");
    assertThat(digest(copy("/src", "**/*.md"))).isEqualTo(before);
    assertThat(digest(copy("/src", "**/*.md", "lib"))).isNotEqualTo(before);
    assertThat(result(copy("/src", "lib", "!lib/x.c")).manifest().toBytes())
        .asString()
        .contains("x.c")
        .doesNotContain("x.md");
  }

  @Test
  void matches_ofAPatternAreInOrderAndNotLookedInto() throws IOException {
    FileTree tree = FileTree.of("x", root);
    assertThat(Selection.matches(tree, copy("/*.txt")))
        .extracting(Match::name)
        .containsExactly("a.txt", "b.txt");
    assertThat(Selection.matches(tree, copy("/s*/*")))
        .extracting(Match::shown)
        .containsExactly("src/lib", "src/main.c", "src/up");
    assertThat(Selection.matches(tree, copy("/to-*")))
        .extracting(m -> m.node().path())
        .containsExactly("a.txt", "src");
    assertThat(Selection.matches(tree, copy("/*.none"))).isEmpty();
  }

  @Test
  void parents_countTheFoldersBetweenPivotAndFile() throws IOException {
    Digest before = digest(copy("/src/./lib/x.c"));
    Inodes.changeMode(root.resolve("src").toString(), 0700);
    assertThat(digest(copy("/src/./lib/x.c"))).isEqualTo(before);
    write("src/lib/x.md", "other");
    assertThat(digest(copy("/src/./lib/x.c"))).isEqualTo(before);
    Inodes.changeMode(root.resolve("src/lib").toString(), 0700);
    assertThat(digest(copy("/src/./lib/x.c"))).isNotEqualTo(before);
    assertThat(digest(copy("/src/./**/*.c"))).isNotEqualTo(digest(copy("/src/./lib/*.c")));
  }

  @Test
  void parents_mayBeginWithAPattern() throws IOException {
    FileTree tree = FileTree.of("x", root);
    assertThat(Selection.matches(tree, copy("/s*/./lib/x.c")))
        .extracting(m -> m.node().path())
        .containsExactly("src");
    assertThat(Selection.matches(tree, copy("/none*/./lib"))).isEmpty();
    Rule rule = Selection.matches(tree, copy("/./src/lib/x.c")).getFirst().rule();
    assertThat(rule.judge("src", true)).isEqualTo(Rule.Verdict.DESCEND);
    assertThat(rule.judge("src/lib", true)).isEqualTo(Rule.Verdict.DESCEND);
    assertThat(rule.judge("src/lib/x.c", false)).isEqualTo(Rule.Verdict.TAKE);
    assertThat(rule.judge("empty", true)).isEqualTo(Rule.Verdict.SKIP);
    assertThat(rule.judge("src/lib/other", true)).isEqualTo(Rule.Verdict.SKIP);
  }

  @Test
  void parents_ofAPathBehindALinkOrOfNothing_areMissing() {
    for (String path : List.of("/./to-src/main.c", "/./", "/src/./none", "/src/./main.c/x")) {
      assertThatThrownBy(() -> digest(copy(path)))
          .as(path)
          .isInstanceOf(MissingSourceException.class);
    }
  }

  @Test
  void missingFile_isAnErrorThatNamesIt() {
    assertThatThrownBy(() -> digest(copy("/src/none")))
        .isInstanceOf(MissingSourceException.class)
        .hasMessage("\"src/none\": not found in stage \"x\"");
    assertThatThrownBy(() -> digest(copy("/./src/none")))
        .isInstanceOf(MissingSourceException.class);
  }

  @Test
  void manifests_nameTheFileThatChanged() throws IOException {
    TreeManifest before = result(copy("/src"), copy("/a.txt")).manifest();
    assertThat(TreeManifest.parse(before.toBytes())).isEqualTo(before);
    write("src/lib/x.c", "changed");
    TreeManifest after = result(copy("/src"), copy("/a.txt")).manifest();
    assertThat(after.changesSince(before))
        .extracting(TreeManifest.Change::toString)
        .containsExactly("/src/lib/x.c changed");
  }
}
