package dev.larder.engine.linux;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Work on files, and on folders with all below them. No symbolic link is followed. */
public final class Trees {
  /** The first copy of a file that has several names, by inode. */
  private final Map<Long, String> linked = new HashMap<>();

  private Trees() {}

  /**
   * Copies owners, modes, times, attributes and hard links too; sockets are left out.
   *
   * @param to must not exist
   */
  public static void copy(String from, String to) throws Errno {
    new Trees().node(from, to);
  }

  /** Removes a file, or a folder with all below it; nothing happens if there is none. */
  public static void remove(String path) throws Errno {
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
      String below = path + "/" + entry.name();
      // Some file systems list names without types.
      int type = entry.type() == 0 ? Inodes.lstat(below).type() : entry.type();
      remove(below, type == Stat.DIRECTORY);
    }
    Inodes.removeFolder(path);
  }

  private void node(String from, String to) throws Errno {
    Stat stat = Inodes.lstat(from);
    switch (stat.type()) {
      case Stat.DIRECTORY -> {
        Inodes.makeFolder(to, 0700);
        for (Inodes.Entry entry : Inodes.list(from)) {
          node(from + "/" + entry.name(), to + "/" + entry.name());
        }
      }
      case Stat.REGULAR -> {
        String first = stat.links() > 1 ? linked.putIfAbsent(stat.inode(), to) : null;
        if (first != null) {
          Inodes.link(first, to);
          return;
        }
        FileCopy.copy(from, to, 0600);
      }
      case Stat.SYMBOLIC_LINK -> Inodes.makeLink(Inodes.readLink(from), to);
      case Stat.SOCKET -> {
        return; // nobody listens on a copy
      }
      default -> Inodes.makeNode(to, stat.mode(), stat.deviceMajor(), stat.deviceMinor());
    }
    Inodes.changeOwner(to, stat.uid(), stat.gid());
    if (!stat.isSymbolicLink()) {
      Inodes.changeMode(to, stat.permissions());
    }
    for (Map.Entry<String, byte[]> attribute : Inodes.attributes(from).entrySet()) {
      // overlayfs keeps its own under these names, and shows them to nobody but root
      if (!attribute.getKey().startsWith("trusted.overlay.")) {
        Inodes.setAttribute(to, attribute.getKey(), attribute.getValue());
      }
    }
    Inodes.changeTime(to, stat.mtimeSeconds(), stat.mtimeNanos());
  }
}
