package dev.larder.engine.exec;

import dev.larder.engine.linux.Errno;
import dev.larder.engine.linux.Fd;
import dev.larder.engine.linux.InRoot;
import dev.larder.engine.linux.Inodes;
import dev.larder.engine.linux.Stat;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * Mount points that a root file system lacks: made before a run, and taken out after it where
 * nothing was put into them, so that the layer holds none.
 *
 * <p>A folder that only a stub changed has its time back afterwards; one that the step changed too
 * keeps the step's.
 */
final class Stubs {
  /**
   * Something that was made.
   *
   * @param before the folder that it is in, before
   * @param after the same, after
   */
  private record Stub(String path, Stat before, Stat after) {}

  private final String root;
  private final Deque<Stub> made = new ArrayDeque<>();

  Stubs(Path root) {
    this.root = root.toString();
  }

  /** Makes a folder, with those above it, where there is nothing. */
  void folder(String target) throws Errno {
    make(InRoot.resolve(root, target), true);
  }

  /** Makes an empty file, with the folders above it, where there is nothing. */
  void file(String target) throws Errno {
    make(InRoot.resolve(root, target), false);
  }

  private void make(String path, boolean folder) throws Errno {
    if (path.equals(root) || Inodes.find(path).isPresent()) {
      return;
    }
    String parent = path.substring(0, path.lastIndexOf('/'));
    make(parent, true);
    Stat before = Inodes.lstat(parent);
    if (folder) {
      Inodes.makeFolder(path, 0755);
      Inodes.changeMode(path, 0755); // whatever the umask
    } else {
      Fd.open(path, Fd.CREATE | Fd.EXCLUSIVE | Fd.WRITE_ONLY, 0644).close();
    }
    made.push(new Stub(path, before, Inodes.lstat(parent)));
  }

  /** Takes out what is still empty. */
  void remove() throws Errno {
    while (!made.isEmpty()) {
      Stub stub = made.pop();
      String parent = stub.path.substring(0, stub.path.lastIndexOf('/'));
      Optional<Stat> now = Inodes.find(stub.path);
      Optional<Stat> above = Inodes.find(parent);
      if (now.isEmpty() || above.isEmpty() || !empty(stub.path, now.get())) {
        continue;
      }
      if (now.get().isDirectory()) {
        Inodes.removeFolder(stub.path);
      } else {
        Inodes.removeFile(stub.path);
      }
      Stat time = sameTime(above.get(), stub.after) ? stub.before : above.get();
      Inodes.changeTime(parent, time.mtimeSeconds(), time.mtimeNanos());
    }
  }

  private static boolean empty(String path, Stat stat) throws Errno {
    return stat.isDirectory() ? Inodes.list(path).isEmpty() : stat.isRegular() && stat.size() == 0;
  }

  private static boolean sameTime(Stat a, Stat b) {
    return a.mtimeSeconds() == b.mtimeSeconds() && a.mtimeNanos() == b.mtimeNanos();
  }
}
