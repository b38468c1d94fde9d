package dev.larder.engine.build;

import dev.larder.engine.linux.Inodes;
import dev.larder.engine.linux.Stat;
import dev.larder.engine.source.FileTree;
import dev.larder.engine.source.Match;
import dev.larder.engine.source.Rule;
import dev.larder.engine.source.TreeNode;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Copies one source of a COPY, with the outcome of BuildKit (its packages {@code
 * solver/llbsolver/file} and {@code fsutil/copy}).
 *
 * <p>Of a folder the contents are copied: the destination itself keeps the attributes it has or
 * gets those of a new folder, and only its time becomes the source's, unless that is the context
 * itself. Folders below it that exist are merged, and get the source's attributes. Files and links
 * replace files and links, never folders; folders replace nothing. Symbolic links are copied as
 * such.
 */
final class TreeCopy {
  private final FileTree tree;
  private final Destination destination;

  /** The first copy of each file that has several names, by file system and number. */
  private final Map<List<Long>, String> links = new HashMap<>();

  /** The folders above what is being copied. */
  private final List<Above> above = new ArrayList<>();

  /** A folder that may not be made yet: it is as soon as something below it is copied. */
  private static final class Above {
    final TreeNode node;
    final String target;
    boolean made;
    boolean created;

    Above(TreeNode node, String target) {
      this.node = node;
      this.target = target;
    }
  }

  TreeCopy(FileTree tree, Destination destination) {
    this.tree = tree;
    this.destination = destination;
  }

  /**
   * Copies what a pick names.
   *
   * @param path where to, as the instruction says it
   */
  void copy(Match match, String path) throws IOException {
    TreeNode node = match.node();
    String target = destination.prepare(path, match.name(), node.stat().isDirectory());
    if (node.stat().isDirectory()) {
      if (!Inodes.lstat(target).isDirectory()) {
        throw destination.failure("cannot copy to non-directory: ", target, "");
      }
      Above top = new Above(node, target);
      top.made = true;
      above.add(top);
      contents(node, "", target, match.rule());
      above.removeLast();
      if (node.hasTime()) {
        Inodes.changeTime(target, node.stat().mtimeSeconds(), node.stat().mtimeNanos());
      }
    } else {
      file(node, target);
    }
  }

  private void contents(TreeNode folder, String path, String target, Rule rule) throws IOException {
    if (Thread.currentThread().isInterrupted()) {
      throw new InterruptedIOException("copying files was interrupted");
    }
    for (TreeNode child : folder.children()) {
      boolean isFolder = child.stat().isDirectory();
      String at = path.isEmpty() ? child.name() : path + "/" + child.name();
      String to = target + "/" + child.name();
      Rule.Verdict verdict = rule.judge(at, isFolder);
      if (verdict == Rule.Verdict.SKIP) {
        continue;
      }
      if (verdict == Rule.Verdict.TAKE) {
        makeAbove();
      }
      if (!isFolder) {
        file(child, to);
        continue;
      }
      Above here = new Above(child, to);
      if (verdict == Rule.Verdict.TAKE) {
        make(here);
      }
      above.add(here);
      contents(child, at, to, rule);
      above.removeLast();
      // Last, since what is made in a folder changes its time.
      if (here.made && (verdict == Rule.Verdict.TAKE || here.created)) {
        destination.describe(child, to);
      }
    }
  }

  private void makeAbove() throws IOException {
    for (Above folder : above) {
      if (!folder.made) {
        make(folder);
      }
    }
  }

  private void make(Above folder) throws IOException {
    Optional<Stat> there = Inodes.find(folder.target);
    if (there.isEmpty()) {
      Inodes.makeFolder(folder.target, 0700);
      folder.created = true;
    } else if (!there.get().isDirectory()) {
      throw destination.failure("cannot copy to non-directory: ", folder.target, "");
    } else {
      // Of a folder that is there already --parents changes the permissions, and nothing else.
      Inodes.changeMode(folder.target, folder.node.permissions());
    }
    folder.made = true;
  }

  /** Copies anything but a folder. */
  private void file(TreeNode node, String target) throws IOException {
    destination.clear(target);
    Stat stat = node.stat();
    switch (stat.type()) {
      case Stat.REGULAR -> regular(node, target);
      case Stat.SYMBOLIC_LINK -> Inodes.makeLink(node.target(), target);
      // A socket has nothing that could be copied; BuildKit makes an empty file of it.
      case Stat.SOCKET -> Inodes.makeNode(target, Stat.REGULAR | 0600, 0, 0);
      default ->
          Inodes.makeNode(target, stat.type() | 0600, stat.deviceMajor(), stat.deviceMinor());
    }
    destination.describe(node, target);
  }

  private void regular(TreeNode node, String target) throws IOException {
    Stat stat = node.stat();
    if (stat.links() > 1) {
      String first = links.putIfAbsent(List.of(stat.device(), stat.inode()), target);
      if (first != null) {
        Inodes.link(first, target);
        return;
      }
    }
    tree.copy(node, target, 0600);
  }
}
