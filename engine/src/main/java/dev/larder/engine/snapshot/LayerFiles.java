package dev.larder.engine.snapshot;

import dev.larder.engine.linux.Errno;
import dev.larder.engine.linux.Fd;
import dev.larder.engine.linux.FileCopy;
import dev.larder.engine.linux.Inodes;
import dev.larder.engine.linux.Stat;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Files of layers: copied, measured, brought to the disk. No symbolic link is followed. */
final class LayerFiles {
  private static final int BLOCK = 4096;

  private LayerFiles() {}

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
      case Stat.REGULAR -> FileCopy.copy(from, to, 0600);
      case Stat.SYMBOLIC_LINK -> Inodes.makeLink(Inodes.readLink(from), to);
      default ->
          Inodes.makeNode(
              to, stat.type() | stat.permissions(), stat.deviceMajor(), stat.deviceMinor());
    }
    copyAttributes(from, stat, to);
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
