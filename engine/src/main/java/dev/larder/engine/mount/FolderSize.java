package dev.larder.engine.mount;

import dev.larder.engine.linux.Errno;
import dev.larder.engine.linux.Inodes;
import dev.larder.engine.linux.Stat;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** How much is in a folder that others may be changing. */
final class FolderSize {
  private FolderSize() {}

  /** The sizes of all regular files, each inode once. */
  static long of(String top) throws Errno {
    long bytes = 0;
    Set<Long> linked = new HashSet<>();
    Deque<String> folders = new ArrayDeque<>(List.of(top));
    while (!folders.isEmpty()) {
      String folder = folders.pop();
      for (Inodes.Entry entry : entries(folder)) {
        String path = folder + "/" + entry.name();
        if (entry.type() == Stat.DIRECTORY) {
          folders.push(path);
        } else if (entry.type() == Stat.REGULAR) {
          Optional<Stat> stat = Inodes.find(path);
          if (stat.isPresent() && (stat.get().links() == 1 || linked.add(stat.get().inode()))) {
            bytes += stat.get().size();
          }
        }
      }
    }
    return bytes;
  }

  private static List<Inodes.Entry> entries(String folder) throws Errno {
    try {
      return Inodes.list(folder);
    } catch (Errno e) {
      if (e.is(Errno.ENOENT, Errno.ENOTDIR)) {
        return List.of(); // gone meanwhile
      }
      throw e;
    }
  }
}
