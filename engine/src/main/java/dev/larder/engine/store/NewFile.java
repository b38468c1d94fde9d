package dev.larder.engine.store;

import dev.larder.engine.linux.Errno;
import dev.larder.engine.linux.Fd;
import dev.larder.engine.linux.Inodes;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A file on its way to its name: written beside it or on the same file system, synced, renamed, its
 * folder synced. Whoever writes it holds its lock, so one that nobody holds was left by a crash.
 */
final class NewFile implements AutoCloseable {
  private static final String PREFIX = ".new-";
  private static final int OWNER_ONLY = 0600;
  private static final AtomicLong COUNTER = new AtomicLong();

  private final Path path;
  private final Fd fd;
  private boolean named;

  private NewFile(Path path, Fd fd) {
    this.path = path;
    this.fd = fd;
  }

  /** Creates an empty one in an existing folder. */
  static NewFile in(Path folder) throws IOException {
    long pid = ProcessHandle.current().pid();
    while (true) {
      Path path = folder.resolve(PREFIX + pid + "-" + COUNTER.incrementAndGet());
      Fd fd;
      try {
        fd = Fd.open(path.toString(), Fd.READ_WRITE | Fd.CREATE | Fd.EXCLUSIVE, OWNER_ONLY);
      } catch (Errno e) {
        if (e.is(Errno.EEXIST)) { // another pid namespace counts the same numbers
          continue;
        }
        throw e;
      }
      // Between open and lock a sweep may have taken it for a left one.
      if (fd.tryLock(true) && fd.stat().links() == 1) {
        return new NewFile(path, fd);
      }
      fd.close();
    }
  }

  /** Removes files that a crash left in a folder. */
  static void sweep(Path folder) throws IOException {
    try (DirectoryStream<Path> left = Files.newDirectoryStream(folder, PREFIX + "*")) {
      for (Path path : left) {
        try (Fd fd = Fd.open(path.toString(), Fd.READ_WRITE | Fd.NOFOLLOW, 0)) {
          if (fd.tryLock(true) && isNamed(fd, path)) {
            Files.deleteIfExists(path);
          }
        } catch (Errno e) {
          if (!e.is(Errno.ENOENT)) {
            throw e;
          }
        }
      }
    }
  }

  /** Whether an open file is the one of this name, not one that had it before. */
  static boolean isNamed(Fd fd, Path path) throws IOException {
    long inode = fd.stat().inode();
    return Inodes.find(path.toString()).filter(stat -> stat.inode() == inode).isPresent();
  }

  /** Makes names in a folder outlive a loss of power. */
  static void sync(Path folder) throws IOException {
    try (Fd fd = Fd.open(folder.toString(), Fd.READ_ONLY | Fd.DIRECTORY, 0)) {
      fd.sync();
    }
  }

  /** Makes a folder and those above it, so that they outlive a loss of power. */
  static void makeFolder(Path folder) throws IOException {
    Path parent = folder.getParent();
    if (Files.isDirectory(folder) || parent == null) {
      return;
    }
    makeFolder(parent);
    Files.createDirectories(folder);
    sync(parent);
  }

  OutputStream out() {
    return new OutputStream() {
      @Override
      public void write(int b) throws IOException {
        fd.write(new byte[] {(byte) b}, 0, 1);
      }

      @Override
      public void write(byte[] bytes, int from, int length) throws IOException {
        fd.write(bytes, from, length);
      }
    };
  }

  /** Gives it its name, replacing what had it; on the same file system. */
  void rename(Path name) throws IOException {
    fd.sync();
    Files.move(path, name, StandardCopyOption.ATOMIC_MOVE);
    named = true;
    Path folder = name.getParent();
    if (folder != null) {
      sync(folder);
    }
  }

  /** Gives it its name without a sync: after a loss of power it may be empty or torn. */
  void place(Path name) throws IOException {
    Files.move(path, name, StandardCopyOption.ATOMIC_MOVE);
    named = true;
  }

  /** Removes it if it has not got its name. */
  @Override
  public void close() throws IOException {
    try {
      if (!named) {
        Files.deleteIfExists(path);
      }
    } finally {
      fd.close();
    }
  }
}
