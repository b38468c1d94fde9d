package dev.larder.engine.snapshot;

import dev.larder.engine.linux.Errno;
import dev.larder.engine.linux.Fd;
import dev.larder.engine.linux.Inodes;
import dev.larder.engine.linux.Mounts;
import dev.larder.engine.linux.Trees;
import java.io.IOException;
import java.util.random.RandomGenerator;

/**
 * A folder to work in that belongs to this process while a file beside it, {@code ID.lock}, is
 * locked. What a killed process leaves is swept by the next one.
 */
final class Workspace implements AutoCloseable {
  /** Where a workspace's file system is seen. */
  static final String ROOT = "root";

  private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";
  private static final int ID_LENGTH = 26;
  private static final String LOCK = ".lock";

  private final String folder;
  private final LayerId id;
  private final Fd lock;
  private boolean closed;

  private Workspace(String folder, LayerId id, Fd lock) {
    this.folder = folder;
    this.id = id;
    this.lock = lock;
  }

  /** Makes one among others in a folder. */
  static Workspace create(String in, RandomGenerator random) throws IOException {
    while (true) {
      LayerId id = randomId(random);
      String path = in + "/" + id;
      Fd lock = Fd.open(path + LOCK, Fd.READ_WRITE | Fd.CREATE | Fd.EXCLUSIVE, 0600);
      // A sweep of another process may have come between the two calls.
      if (lock.tryLock(true) && lock.stat().links() > 0) {
        Inodes.makeFolder(path, 0700);
        return new Workspace(path, id, lock);
      }
      lock.close();
    }
  }

  private static LayerId randomId(RandomGenerator random) {
    StringBuilder text = new StringBuilder(ID_LENGTH);
    for (int i = 0; i < ID_LENGTH; i++) {
      text.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
    }
    return new LayerId(text.toString());
  }

  /** Removes those of processes that are no more. */
  static void sweep(String in) throws IOException {
    for (Inodes.Entry entry : Inodes.list(in)) {
      if (entry.name().endsWith(LOCK)) {
        sweep(in, entry.name().substring(0, entry.name().length() - LOCK.length()));
      }
    }
  }

  private static void sweep(String in, String name) throws IOException {
    String path = in + "/" + name;
    try (Fd lock = Fd.open(path + LOCK, Fd.READ_WRITE | Fd.NOFOLLOW, 0)) {
      if (lock.tryLock(true) && lock.stat().links() > 0) {
        unmountAll(path);
        Trees.remove(path);
        Inodes.removeFile(path + LOCK);
      }
    } catch (Errno e) {
      if (!e.is(Errno.ENOENT)) {
        throw new IOException("remove what a build left in " + path + ": " + e.getMessage(), e);
      }
    }
  }

  /**
   * Mounts go with their namespace, and so with the process that made them; but one that was killed
   * may have shared ours.
   */
  private static void unmountAll(String path) throws Errno {
    if (Inodes.find(path).isEmpty()) {
      return;
    }
    for (Inodes.Entry entry : Inodes.list(path)) {
      try {
        Mounts.unmount(path + "/" + entry.name(), Mounts.DETACH);
      } catch (Errno e) {
        if (!e.is(Errno.EINVAL, Errno.ENOENT, Errno.EPERM)) {
          throw e;
        }
      }
    }
  }

  LayerId id() {
    return id;
  }

  /** A path in it. */
  String path(String name) {
    return folder + "/" + name;
  }

  String folder() {
    return folder;
  }

  /** Makes a folder in it and says its path. */
  String makeFolder(String name, int permissions) throws Errno {
    Inodes.makeFolder(path(name), permissions);
    return path(name);
  }

  /** Removes it with all that is in it, or what is left of it. */
  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    try (lock) {
      unmountAll(folder);
      Trees.remove(folder);
      Inodes.removeFile(folder + LOCK);
    }
  }
}
