package dev.larder.engine.export;

import dev.larder.engine.linux.Errno;
import dev.larder.engine.linux.Fd;
import dev.larder.engine.linux.Inodes;
import dev.larder.engine.linux.Stat;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Copies a file system into a folder; what is there already and has another name stays. */
final class FilesCopy {
  private static final int NEW_FOLDER = 0700;
  private static final int NEW_FILE = 0600;
  private static final long AT_ONCE = 1L << 30;

  private final String from;
  private final String to;
  private final Map<Long, String> firstNames = new HashMap<>();
  private final byte[] buffer = new byte[1 << 16];
  private boolean inKernel = true;

  FilesCopy(String from, String to) {
    this.from = from;
    this.to = to;
  }

  void copy() throws IOException {
    copyFolder("");
  }

  private void copyFolder(String folder) throws IOException {
    if (Thread.currentThread().isInterrupted()) {
      throw new InterruptedIOException("interrupted");
    }
    for (Inodes.Entry entry : Inodes.list(from + folder)) {
      String path = folder + "/" + entry.name();
      Stat stat = Inodes.lstat(from + path);
      Optional<Stat> there = Inodes.find(to + path);
      if (stat.isDirectory()) {
        if (there.isPresent() && !there.get().isDirectory()) {
          Inodes.removeFile(to + path);
        }
        if (there.isEmpty() || !there.get().isDirectory()) {
          Inodes.makeFolder(to + path, NEW_FOLDER);
        }
        copyFolder(path);
        attributes(path, to + path, stat);
      } else if (stat.type() != Stat.SOCKET) {
        if (there.isPresent() && there.get().isDirectory()) {
          throw new IOException(
              "\"%s\" is a folder there, and none in the image".formatted(path.substring(1)));
        }
        copyFile(path, stat);
      }
    }
  }

  /** Makes it under another name first, so that nobody sees half of it. */
  private void copyFile(String path, Stat stat) throws IOException {
    String fresh = to + path.substring(0, path.lastIndexOf('/') + 1) + ".larder-" + stat.inode();
    if (Inodes.find(fresh).isPresent()) {
      Inodes.removeFile(fresh); // left by an export that was killed
    }
    String first = stat.links() > 1 ? firstNames.putIfAbsent(stat.inode(), to + path) : null;
    try {
      if (first != null) {
        Inodes.link(first, fresh);
      } else {
        make(path, stat, fresh);
        attributes(path, fresh, stat);
      }
      Inodes.rename(fresh, to + path, 0);
    } finally {
      // A rename onto another name of the same file does nothing.
      if (Inodes.find(fresh).isPresent()) {
        Inodes.removeFile(fresh);
      }
    }
  }

  private void make(String path, Stat stat, String fresh) throws IOException {
    switch (stat.type()) {
      case Stat.REGULAR -> copyContent(from + path, fresh);
      case Stat.SYMBOLIC_LINK -> Inodes.makeLink(Inodes.readLink(from + path), fresh);
      default ->
          Inodes.makeNode(fresh, stat.type() | NEW_FILE, stat.deviceMajor(), stat.deviceMinor());
    }
  }

  private void copyContent(String source, String fresh) throws Errno {
    try (Fd in = Fd.openRead(source);
        Fd out = Fd.open(fresh, Fd.WRITE_ONLY | Fd.CREATE | Fd.EXCLUSIVE, NEW_FILE)) {
      if (inKernel && copyInKernel(in, out)) {
        return;
      }
      for (int n = in.read(buffer, 0, buffer.length);
          n > 0;
          n = in.read(buffer, 0, buffer.length)) {
        out.write(buffer, 0, n);
      }
    }
  }

  /** Once file systems have shown that they can't, it is not tried again. */
  private boolean copyInKernel(Fd in, Fd out) throws Errno {
    try {
      long n = in.copyTo(out, AT_ONCE);
      while (n > 0) {
        n = in.copyTo(out, AT_ONCE);
      }
      return true;
    } catch (Errno e) {
      if (!e.is(Errno.EXDEV, Errno.EINVAL, Errno.EOPNOTSUPP, Errno.ENOSYS)) {
        throw e;
      }
      inKernel = false;
      return false;
    }
  }

  private void attributes(String path, String target, Stat stat) throws Errno {
    for (Map.Entry<String, byte[]> attribute : FilesTar.attributes(from + path).entrySet()) {
      try {
        Inodes.setAttribute(target, attribute.getKey(), attribute.getValue());
      } catch (Errno e) {
        if (!e.is(Errno.EOPNOTSUPP, Errno.EPERM)) {
          throw e;
        }
      }
    }
    if (!stat.isSymbolicLink()) {
      Inodes.changeMode(target, stat.permissions());
    }
    Inodes.changeTime(target, stat.mtimeSeconds(), stat.mtimeNanos());
  }
}
