package dev.larder.engine.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.engine.digest.Digest;
import dev.larder.engine.event.BuildEvent;
import dev.larder.engine.graph.Selector;
import dev.larder.engine.graph.Selector.Pick;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ContextTreeTest {
  private static final Digest VERTEX = Digest.ofText("vertex");

  /** Ahead, so that what a test has just written counts as settled. */
  private static final Clock LATER = Clock.offset(Clock.systemUTC(), Duration.ofSeconds(10));

  @TempDir private Path folder;
  @TempDir private Path memos;
  private final List<BuildEvent> events = new ArrayList<>();

  private ContextTree open() throws IOException {
    return open(folder, Optional.empty());
  }

  private ContextTree open(Path context, Optional<Path> dockerfile) throws IOException {
    return ContextTree.open(
        new ContextTree.Place("the build context", "context", context, dockerfile, false),
        memos,
        LATER,
        events::add,
        VERTEX);
  }

  private static Selector copy(String path) {
    return new Selector(List.of(new Pick(path, true, true, true, List.of())));
  }

  @Test
  void secondLook_readsNoByteAndGivesTheSame() throws IOException {
    Files.writeString(folder.resolve("a"), "hello");
    Files.writeString(folder.resolve("b"), "world");
    ContextTree first = open();
    Digest digest = first.read(copy("/")).digest();
    assertThat(first.tree().bytesRead()).isEqualTo(10);
    ContextTree second = open();
    assertThat(second.read(copy("/")).digest()).isEqualTo(digest);
    assertThat(second.tree().bytesRead()).isZero();
    Files.writeString(folder.resolve("b"), "World");
    ContextTree third = open();
    assertThat(third.read(copy("/")).digest()).isNotEqualTo(digest);
    assertThat(third.tree().bytesRead()).isEqualTo(5);
    assertThat(events).map(e -> ((BuildEvent.Moved) e).done()).containsExactly(10L, 0L, 5L);
  }

  @Test
  void onlyWhatIsAskedFor_isRead() throws IOException {
    Files.writeString(folder.resolve("a"), "hello");
    Files.writeString(folder.resolve("large"), "x".repeat(100_000));
    ContextTree context = open();
    context.read(copy("/a"));
    assertThat(context.tree().bytesRead()).isEqualTo(5);
  }

  @Test
  void ignoredSource_isMissingAndTheLineIsNamed() throws IOException {
    Files.writeString(folder.resolve(".dockerignore"), "# logs\n\n*.log\n!keep.log\n");
    Files.writeString(folder.resolve("x.log"), "");
    Files.writeString(folder.resolve("keep.log"), "");
    assertThatThrownBy(() -> open().read(copy("/x.log")))
        .hasMessage(
            "\"x.log\": not found in the build context (excluded by .dockerignore:3 \"*.log\")");
    assertThat(open().tree().find("keep.log", true)).isPresent();
    assertThatThrownBy(() -> open().read(copy("/y")))
        .hasMessage("\"y\": not found in the build context");
  }

  @Test
  void ignoreFileOfTheDockerfile_comesFirst() throws IOException {
    Files.writeString(folder.resolve(".dockerignore"), "a\n");
    Files.writeString(folder.resolve("Other.dockerignore"), "b\n");
    Files.writeString(folder.resolve("a"), "");
    Files.writeString(folder.resolve("b"), "");
    ContextTree context = open(folder, Optional.of(folder.resolve("Other")));
    assertThat(context.tree().top().children())
        .extracting(TreeNode::name)
        .containsExactly(".dockerignore", "Other.dockerignore", "a");
  }

  @Test
  void exceptionsBelowAnIgnoredFolder_bringTheFolderBack() throws IOException {
    Files.createDirectories(folder.resolve("out/deep/er"));
    Files.createDirectories(folder.resolve("out/none"));
    Files.writeString(folder.resolve("out/deep/er/keep"), "");
    Files.writeString(folder.resolve("out/deep/er/drop"), "");
    Files.writeString(folder.resolve(".dockerignore"), "out\n.dockerignore\n!out/deep/er/keep\n");
    FileTree tree = open().tree();
    assertThat(tree.find("out/deep/er/keep", true)).isPresent();
    assertThat(tree.find("out/deep/er/drop", true)).isEmpty();
    assertThat(tree.find("out/none", true)).isEmpty();
    assertThat(tree.find(".dockerignore", true)).isEmpty();
  }

  @Test
  void owners_countAsRoot() throws IOException {
    Files.writeString(folder.resolve("a"), "");
    TreeNode node = open().tree().require("a", true);
    assertThat(node.uid()).isZero();
    assertThat(node.gid()).isZero();
  }

  @Test
  void missingContext_isAnError() {
    assertThatThrownBy(() -> open(folder.resolve("none"), Optional.empty()))
        .hasMessage("open the build context " + folder.resolve("none") + ": no such folder");
  }

  @Test
  void contextThatIsALink_isTheFolderItLeadsTo() throws IOException {
    Files.writeString(folder.resolve("a"), "x");
    Path link = memos.resolve("link");
    Files.createSymbolicLink(link, folder);
    assertThat(open(link, Optional.empty()).read(copy("/a")).digest())
        .isEqualTo(open().read(copy("/a")).digest());
  }

  @Test
  void brokenIgnoreFile_isAnErrorThatNamesTheLine() throws IOException {
    Files.writeString(folder.resolve(".dockerignore"), "ok\n[a-\n");
    assertThatThrownBy(this::open).hasMessageContaining(".dockerignore:2");
  }

  @Test
  void fileChangedAfterItWasHashed_isTakenAsReadAndNamed() throws IOException {
    Files.writeString(folder.resolve("a"), "before");
    ContextTree context = open();
    Digest hashed = context.read(copy("/a")).digest();
    Files.writeString(folder.resolve("a"), "after!");
    Path copied = memos.resolve("copied");
    context.tree().copy(context.tree().require("a", true), copied.toString(), 0600);
    assertThat(copied).hasContent("after!");
    assertThat(context.tree().changed()).containsExactly("a");
    Digest now = context.read(copy("/a")).digest();
    assertThat(now).isNotEqualTo(hashed).isEqualTo(open().read(copy("/a")).digest());
  }

  @Test
  void fileRemovedAfterItWasHashed_isAnError() throws IOException {
    Files.writeString(folder.resolve("a"), "before");
    ContextTree context = open();
    context.read(copy("/a"));
    TreeNode node = context.tree().require("a", true);
    Files.delete(folder.resolve("a"));
    assertThatThrownBy(() -> context.tree().copy(node, memos.resolve("c").toString(), 0600))
        .hasMessage("copy a of the build context: it was removed while the build ran");
  }
}
