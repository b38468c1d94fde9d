package dev.larder.engine.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Copies the bytes of files within the kernel, which shares blocks where a file system can. */
public final class FileCopy {
  private static final int AT_FDCWD = -100;
  private static final int BUFFER = 1 << 16;
  private static final long PART = 1L << 30;

  private FileCopy() {}

  /**
   * Copies a file into a new one. Where the kernel can't copy between the two file systems, the
   * bytes are read and written.
   *
   * @param from a regular file; a symbolic link in the last part is refused (ELOOP)
   * @param to must not exist (EEXIST)
   * @param permissions of the new file, as far as the umask lets them
   * @return how many bytes
   */
  public static long copy(String from, String to, int permissions) throws Errno {
    try (Arena arena = Arena.ofConfined()) {
      long in = open(arena, from, Fd.READ_ONLY | Fd.NOFOLLOW, 0);
      try {
        long out = open(arena, to, Fd.WRITE_ONLY | Fd.CREATE | Fd.EXCLUSIVE, permissions);
        try {
          return copy(arena, in, out, from + " to " + to);
        } finally {
          Sys.call(arena, Sys.CLOSE, out, 0, 0);
        }
      } finally {
        Sys.call(arena, Sys.CLOSE, in, 0, 0);
      }
    }
  }

  private static long open(Arena arena, String path, int flags, int permissions) throws Errno {
    return check(
        Sys.call(
            arena, Sys.OPENAT, AT_FDCWD, Sys.text(arena, path), flags | Fd.CLOEXEC, permissions),
        "open " + path);
  }

  private static long copy(Arena arena, long in, long out, String what) throws Errno {
    long done = 0;
    while (true) {
      long n = Sys.call(arena, Sys.COPY_FILE_RANGE, in, 0, out, 0, PART, 0);
      if (n == 0) {
        // Some file systems answer 0 for files whose size they do not tell, as those of /proc.
        return done == 0 ? byBuffer(arena, in, out, what) : done;
      }
      if (n > 0) {
        done += n;
      } else if (n != -Errno.EINTR) {
        if (done == 0 && cannot((int) -n)) {
          return byBuffer(arena, in, out, what);
        }
        throw new Errno("copy " + what, (int) -n);
      }
    }
  }

  private static boolean cannot(int errno) {
    return errno == Errno.EXDEV
        || errno == Errno.EINVAL
        || errno == Errno.ENOSYS
        || errno == Errno.EOPNOTSUPP
        || errno == Errno.EPERM;
  }

  private static long byBuffer(Arena arena, long in, long out, String what) throws Errno {
    MemorySegment buffer = arena.allocate(BUFFER);
    long done = 0;
    while (true) {
      long n = Sys.call(arena, Sys.READ, in, buffer.address(), BUFFER);
      if (n == -Errno.EINTR) {
        continue;
      }
      if (check(n, "copy " + what) == 0) {
        return done;
      }
      long written = 0;
      while (written < n) {
        long w = Sys.call(arena, Sys.WRITE, out, buffer.address() + written, n - written);
        written += w == -Errno.EINTR ? 0 : check(w, "copy " + what);
      }
      done += n;
    }
  }

  private static long check(long result, String doing) throws Errno {
    if (result < 0) {
      throw new Errno(doing, (int) -result);
    }
    return result;
  }
}
