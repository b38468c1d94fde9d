package dev.larder.engine.build;

import dev.larder.engine.linux.Errno;
import dev.larder.engine.linux.InRoot;
import dev.larder.engine.linux.Inodes;
import dev.larder.engine.linux.Stat;
import dev.larder.engine.source.TreeNode;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/**
 * Where files are copied to: a root that no path leads out of, and the owner and permissions that
 * what is made there gets.
 *
 * @param root a folder on this machine
 * @param owner in place of that of the source; for folders that are made above it, nothing is root
 * @param mode in place of that of the source
 */
record Destination(String root, Optional<Owner> owner, Optional<ModeChange> mode) {
  private static final int NEW_FOLDER = 0755;

  /**
   * Makes the folders that a destination needs, and tells where the source itself goes.
   *
   * @param path as the instruction says it: a folder if it ends in a slash or {@code /.}
   * @param name the source's, for where the destination is a folder
   * @param folder whether the source is one, whose contents are copied
   * @return a path on this machine
   */
  String prepare(String path, String name, boolean folder) throws IOException {
    boolean slash = path.endsWith("/") || path.endsWith("/.");
    String needed = slash ? path : path.substring(0, path.lastIndexOf('/') + 1);
    makeFolders(InRoot.resolve(root, needed), newFolderMode());
    String target = InRoot.resolve(root, path);
    Optional<Stat> there = Inodes.find(target);
    if (!folder && there.isPresent() && there.get().isDirectory()) {
      return target + "/" + name;
    }
    if (folder && there.isEmpty()) {
      makeFolders(target, newFolderMode());
    }
    return target;
  }

  private int newFolderMode() {
    // BuildKit gives --chmod to the folders it makes above a file too, if it is a number.
    return mode.isPresent() && mode.get().octal().isPresent()
        ? mode.get().octal().getAsInt() & 0777
        : NEW_FOLDER;
  }

  /** Makes a folder and those above it that are missing. */
  void makeFolders(String path, int permissions) throws IOException {
    if (path.length() <= root.length()) {
      return;
    }
    Optional<Stat> there = Inodes.find(path);
    if (there.isPresent()) {
      if (!there.get().isDirectory()) {
        throw failure("mkdir ", path, ": not a directory");
      }
      return;
    }
    makeFolders(path.substring(0, path.lastIndexOf('/')), permissions);
    Inodes.makeFolder(path, permissions);
    Owner user = owner.orElse(Owner.ROOT);
    Inodes.changeOwner(path, user.uid(), user.gid());
    Inodes.changeMode(path, permissions);
  }

  /** Makes room for anything but a folder. */
  void clear(String target) throws IOException {
    Optional<Stat> there = Inodes.find(target);
    if (there.isEmpty()) {
      return;
    }
    if (there.get().isDirectory()) {
      throw failure("cannot replace to directory ", target, " with file");
    }
    Inodes.removeFile(target);
  }

  /** Gives a copy its owner, permissions, time and extended attributes. */
  void describe(TreeNode node, String target) throws IOException {
    Stat stat = node.stat();
    int uid = owner.map(Owner::uid).orElse(node.uid());
    int gid = owner.map(Owner::gid).orElse(node.gid());
    Inodes.changeOwner(target, uid, gid);
    if (!stat.isSymbolicLink()) {
      int permissions =
          mode.map(change -> change.apply(node.permissions(), stat.isDirectory()))
              .orElse(node.permissions());
      Inodes.changeMode(target, permissions);
    }
    // After the owner: changing that drops capabilities.
    if (node.hasAttributes()) {
      copyAttributes(node.hostPath(), target);
    }
    Inodes.changeTime(target, stat.mtimeSeconds(), stat.mtimeNanos());
  }

  private static void copyAttributes(String from, String to) throws IOException {
    for (Map.Entry<String, byte[]> attribute : Inodes.attributes(from).entrySet()) {
      try {
        Inodes.setAttribute(to, attribute.getKey(), attribute.getValue());
      } catch (Errno e) {
        // What this file system or user may not have stays behind, as in BuildKit: SELinux labels.
        if (!e.is(Errno.EOPNOTSUPP, Errno.EPERM, Errno.EINVAL, Errno.EACCES)) {
          throw e;
        }
      }
    }
  }

  /** A message in BuildKit's words, with the path as the image has it. */
  IOException failure(String before, String path, String after) {
    return new IOException(before + path.substring(root.length()) + after);
  }
}
