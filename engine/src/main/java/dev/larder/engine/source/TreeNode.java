package dev.larder.engine.source;

import dev.larder.engine.linux.Inodes;
import dev.larder.engine.linux.Stat;
import dev.larder.engine.snapshot.FileDigests.Known;
import dev.larder.engine.snapshot.TreeEntry;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A file of a {@link FileTree}, looked at once: what it was then is what it stays in this build,
 * unless it is found changed when it is copied.
 */
public final class TreeNode {
  private final FileTree tree;
  private final String path;
  private volatile Stat stat;
  private volatile @Nullable Known known;
  private volatile @Nullable List<TreeNode> children;

  TreeNode(FileTree tree, String path, Stat stat) {
    this.tree = tree;
    this.path = path;
    this.stat = stat;
  }

  /** From the top of the tree, without a slash in front; empty is the top itself. */
  public String path() {
    return path;
  }

  /** The last part of the path. */
  public String name() {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /** Where it is on this machine. */
  public String hostPath() {
    return path.isEmpty() ? tree.root() : tree.root() + "/" + path;
  }

  /** As it was when it was last looked at, with the owner it has on this machine. */
  public Stat stat() {
    return stat;
  }

  /**
   * Whether its time is copied. That of a context folder itself is not: it has no entry in what a
   * client of BuildKit sends, so the copy has the time of the build.
   */
  public boolean hasTime() {
    return tree.keepsOwners() || !path.isEmpty();
  }

  /** The owner it counts with. */
  public int uid() {
    return tree.keepsOwners() ? stat.uid() : 0;
  }

  /** The group it counts with. */
  public int gid() {
    return tree.keepsOwners() ? stat.gid() : 0;
  }

  /**
   * The permissions that it counts and is copied with. Where they are normalised they are git's:
   * 755 for folders and for files that their owner may execute, else 644.
   */
  public int permissions() {
    if (!tree.normalizesModes() || stat.isSymbolicLink()) {
      return stat.permissions();
    }
    return stat.isDirectory() || (stat.permissions() & 0100) != 0 ? 0755 : 0644;
  }

  /** What a symbolic link points to. */
  public String target() throws IOException {
    return Inodes.readLink(hostPath());
  }

  /** What is in a folder, in the order of the names' bytes, without what the tree leaves out. */
  public List<TreeNode> children() throws IOException {
    List<TreeNode> seen = children;
    if (seen == null) {
      synchronized (this) {
        seen = children;
        if (seen == null) {
          seen = tree.list(this);
          children = seen;
        }
      }
    }
    return seen;
  }

  /** One of the children. */
  Optional<TreeNode> child(String name) throws IOException {
    for (TreeNode child : children()) {
      if (child.name().equals(name)) {
        return Optional.of(child);
      }
    }
    return Optional.empty();
  }

  /** What is known of its bytes and attributes; reads it where nothing is. */
  Known known() throws IOException {
    Known seen = known;
    if (seen == null) {
      synchronized (this) {
        seen = known;
        if (seen == null) {
          seen = tree.read(this);
          known = seen;
        }
      }
    }
    return seen;
  }

  /** Whether it may have extended attributes that are to be copied. */
  public boolean hasAttributes() {
    Known seen = known;
    return seen == null || !seen.attributes().equals(TreeEntry.NONE);
  }

  /** Reads it again, in the state that it has now. */
  void reread(Stat now) throws IOException {
    stat = now;
    known = tree.read(this);
  }

  /** Takes it as it is now. */
  void changed(Stat now, Known read) {
    stat = now;
    known = read;
  }

  /**
   * Its entry.
   *
   * @param contents the digest of a folder's entries; not used for anything else
   */
  TreeEntry entry(String contents) throws IOException {
    String what =
        switch (stat.type()) {
          case Stat.REGULAR -> known().content();
          case Stat.DIRECTORY -> contents;
          case Stat.SYMBOLIC_LINK -> target();
          case Stat.CHARACTER_DEVICE, Stat.BLOCK_DEVICE ->
              stat.deviceMajor() + ":" + stat.deviceMinor();
          default -> TreeEntry.NONE;
        };
    return new TreeEntry(
        name(), stat.type() | permissions(), uid(), gid(), what, known().attributes());
  }

  @Override
  public String toString() {
    return hostPath();
  }
}
