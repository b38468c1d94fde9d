package dev.larder.engine.snapshot;

import dev.larder.engine.linux.Errno;
import dev.larder.engine.linux.Fd;
import dev.larder.engine.linux.Inodes;
import dev.larder.engine.linux.Stat;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Work on files and on folders with all below them. No symbolic link is followed. */
final class FileTree {
  private static final int BLOCK = 4096;

  private FileTree() {}

  /** Removes a file, or a folder with all below it; nothing happens if there is none. */
  static void remove(String path) throws Errno {
    Optional<Stat> stat = Inodes.find(path);
    if (stat.isPresent()) {
      remove(path, stat.get().isDirectory());
    }
  }

  private static void remove(String path, boolean folder) throws Errno {
    if (!folder) {
      Inodes.removeFile(path);
      return;
    }
    for (Inodes.Entry entry : Inodes.list(path)) {
      remove(path + "/" + entry.name(), entry.type() == Stat.DIRECTORY);
    }
    Inodes.removeFolder(path);
  }

  /** Bytes on disk, in whole blocks; a file with several names counts once. */
  static long bytes(String path) throws Errno {
    return bytes(path, Inodes.lstat(path), new HashSet<>());
  }

  private static long bytes(String path, Stat stat, Set<Long> seen) throws Errno {
    if (stat.links() > 1 && !stat.isDirectory() && !seen.add(stat.inode())) {
      return 0;
    }
    long sum = stat.isSymbolicLink() ? 0 : -Math.floorDiv(-stat.size(), BLOCK) * BLOCK;
    if (stat.isDirectory()) {
      for (Inodes.Entry entry : Inodes.list(path)) {
        String child = path + "/" + entry.name();
        sum += bytes(child, Inodes.lstat(child), seen);
      }
    }
    return sum;
  }

  /** Gives a file the owner, attributes, mode and time of another one. */
  static void copyAttributes(String from, Stat stat, String to) throws Errno {
    Inodes.changeOwner(to, stat.uid(), stat.gid());
    for (Map.Entry<String, byte[]> attribute : Inodes.attributes(from).entrySet()) {
      if (OverlayFormat.belongsToFile(attribute.getKey())) {
        Inodes.setAttribute(to, attribute.getKey(), attribute.getValue());
      }
    }
    if (!stat.isSymbolicLink()) {
      Inodes.changeMode(to, stat.permissions());
    }
    Inodes.changeTime(to, stat.mtimeSeconds(), stat.mtimeNanos());
  }

  /** Copies one file of any type but a folder, with all its attributes. */
  static void copyFile(String from, Stat stat, String to) throws Errno {
    switch (stat.type()) {
      case Stat.REGULAR -> copyContent(from, to);
      case Stat.SYMBOLIC_LINK -> Inodes.makeLink(Inodes.readLink(from), to);
      default ->
          Inodes.makeNode(
              to, stat.type() | stat.permissions(), stat.deviceMajor(), stat.deviceMinor());
    }
    copyAttributes(from, stat, to);
  }

  private static void copyContent(String from, String to) throws Errno {
    try (Fd in = Fd.openRead(from);
        Fd out = Fd.open(to, Fd.WRITE_ONLY | Fd.CREATE | Fd.EXCLUSIVE | Fd.NOFOLLOW, 0600)) {
      byte[] buffer = new byte[1 << 16];
      for (int n = in.read(buffer, 0, buffer.length);
          n > 0;
          n = in.read(buffer, 0, buffer.length)) {
        out.write(buffer, 0, n);
      }
    }
  }

  /** Waits until names made or taken in a folder are on the disk. */
  static void sync(String folder) throws Errno {
    try (Fd fd = Fd.open(folder, Fd.READ_ONLY | Fd.DIRECTORY, 0)) {
      fd.sync();
    }
  }

  /** Waits until the whole file system below a folder is on the disk. */
  static void syncFileSystem(String folder) throws Errno {
    try (Fd fd = Fd.open(folder, Fd.READ_ONLY | Fd.DIRECTORY, 0)) {
      fd.syncFileSystem();
    }
  }
}
