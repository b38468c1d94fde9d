package dev.larder.engine.linux;

import java.io.IOException;
import java.util.Map;

/**
 * A system call that failed: {@code rename /a to /b: File exists (EEXIST)}.
 *
 * <p>The numbers are those of {@code asm-generic/errno.h}, the same on x86-64 and ARM64.
 */
public final class Errno extends IOException {
  public static final int EPERM = 1;
  public static final int ENOENT = 2;
  public static final int ESRCH = 3;
  public static final int EINTR = 4;
  public static final int EAGAIN = 11;
  public static final int EACCES = 13;
  public static final int EBUSY = 16;
  public static final int EEXIST = 17;
  public static final int EXDEV = 18;
  public static final int ENODEV = 19;
  public static final int ENOTDIR = 20;
  public static final int EISDIR = 21;
  public static final int EINVAL = 22;
  public static final int ENOSPC = 28;
  public static final int EROFS = 30;
  public static final int ERANGE = 34;
  public static final int ENOSYS = 38;
  public static final int ENOTEMPTY = 39;
  public static final int ELOOP = 40;
  public static final int ENODATA = 61;
  public static final int EOPNOTSUPP = 95;

  private static final long serialVersionUID = 1L;

  private static final Map<Integer, String> TEXTS =
      Map.ofEntries(
          Map.entry(EPERM, "Operation not permitted (EPERM)"),
          Map.entry(ENOENT, "No such file or directory (ENOENT)"),
          Map.entry(ESRCH, "No such process (ESRCH)"),
          Map.entry(EINTR, "Interrupted system call (EINTR)"),
          Map.entry(EAGAIN, "Resource temporarily unavailable (EAGAIN)"),
          Map.entry(EACCES, "Permission denied (EACCES)"),
          Map.entry(EBUSY, "Device or resource busy (EBUSY)"),
          Map.entry(EEXIST, "File exists (EEXIST)"),
          Map.entry(EXDEV, "Invalid cross-device link (EXDEV)"),
          Map.entry(ENODEV, "No such device (ENODEV)"),
          Map.entry(ENOTDIR, "Not a directory (ENOTDIR)"),
          Map.entry(EISDIR, "Is a directory (EISDIR)"),
          Map.entry(EINVAL, "Invalid argument (EINVAL)"),
          Map.entry(ENOSPC, "No space left on device (ENOSPC)"),
          Map.entry(EROFS, "Read-only file system (EROFS)"),
          Map.entry(ERANGE, "Numerical result out of range (ERANGE)"),
          Map.entry(ENOSYS, "Function not implemented (ENOSYS)"),
          Map.entry(ENOTEMPTY, "Directory not empty (ENOTEMPTY)"),
          Map.entry(ELOOP, "Too many levels of symbolic links (ELOOP)"),
          Map.entry(ENODATA, "No data available (ENODATA)"),
          Map.entry(EOPNOTSUPP, "Operation not supported (EOPNOTSUPP)"));

  private final int number;

  Errno(String doing, int number) {
    super(doing + ": " + TEXTS.getOrDefault(number, "errno " + number));
    this.number = number;
  }

  /** The error number, one of the constants here or another one of the kernel's. */
  public int number() {
    return number;
  }

  /** Whether it is one of these numbers. */
  public boolean is(int... numbers) {
    for (int n : numbers) {
      if (n == number) {
        return true;
      }
    }
    return false;
  }
}
