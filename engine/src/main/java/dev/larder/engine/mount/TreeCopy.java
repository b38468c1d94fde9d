package dev.larder.engine.mount;

import dev.larder.engine.linux.Errno;
import dev.larder.engine.linux.Fd;
import dev.larder.engine.linux.Inodes;
import dev.larder.engine.linux.Stat;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Folders with all below them: owners, modes, times, links, attributes and all. */
final class TreeCopy {
  private static final long PIECE = 1L << 30;

  /** The first copy of a file that has several names, by inode. */
  private final Map<Long, String> linked = new HashMap<>();

  private TreeCopy() {}

  /** Copies; the target must not exist. */
  static void copy(String from, String to) throws Errno {
    new TreeCopy().node(from, to);
  }

  /** Removes, if there is anything. */
  static void remove(String path) throws Errno {
    Optional<Stat> stat = Inodes.find(path);
    if (stat.isEmpty()) {
      return;
    }
    if (!stat.get().isDirectory()) {
      Inodes.removeFile(path);
      return;
    }
    for (Inodes.Entry entry : Inodes.list(path)) {
      remove(path + "/" + entry.name());
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
        file(from, to);
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
    for (var attribute : Inodes.attributes(from).entrySet()) {
      // overlayfs keeps its own under these names, and shows them to nobody but root
      if (!attribute.getKey().startsWith("trusted.overlay.")) {
        Inodes.setAttribute(to, attribute.getKey(), attribute.getValue());
      }
    }
    Inodes.changeTime(to, stat.mtimeSeconds(), stat.mtimeNanos());
  }

  private static void file(String from, String to) throws Errno {
    try (Fd in = Fd.openRead(from);
        Fd out = Fd.open(to, Fd.CREATE | Fd.EXCLUSIVE | Fd.WRITE_ONLY, 0600)) {
      byte[] buffer = new byte[1 << 16];
      try {
        while (in.copyTo(out, PIECE) > 0) {
          // in the kernel, as far as it goes
        }
      } catch (Errno e) {
        if (!e.is(Errno.EXDEV, Errno.EINVAL, Errno.EOPNOTSUPP, Errno.ENOSYS)) {
          throw e;
        }
      }
      for (int n = in.read(buffer, 0, buffer.length);
          n > 0;
          n = in.read(buffer, 0, buffer.length)) {
        out.write(buffer, 0, n);
      }
    }
  }
}
