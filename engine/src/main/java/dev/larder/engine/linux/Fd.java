package dev.larder.engine.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * An open file descriptor, closed on exec. Used by one thread at a time.
 *
 * <p>For files whose names Java can't say, and for calls that take a descriptor. Reads and writes
 * go through a buffer of 64 KiB outside the heap.
 */
public final class Fd implements AutoCloseable {
  private static final int AT_FDCWD = -100;
  private static final int BUFFER = 1 << 16;
  private static final boolean ARM = System.getProperty("os.arch", "").equals("aarch64");

  public static final int READ_ONLY = 0;
  public static final int WRITE_ONLY = 1;
  public static final int READ_WRITE = 2;
  public static final int CREATE = 0100;
  public static final int EXCLUSIVE = 0200;
  public static final int TRUNCATE = 01000;
  public static final int APPEND = 02000;
  public static final int NONBLOCK = 04000;
  public static final int DIRECTORY = ARM ? 040000 : 0200000;
  public static final int NOFOLLOW = ARM ? 0100000 : 0400000;
  public static final int CLOEXEC = 02000000;

  private static final int LOCK_SH = 1;
  private static final int LOCK_EX = 2;
  private static final int LOCK_NB = 4;
  private static final int LOCK_UN = 8;

  private static final int CLOSED = -1;

  /**
   * Buffers of closed descriptors for the next ones: making one and giving it back to the system
   * costs more than reading a small file. The collector frees those that are lost.
   */
  private static final ConcurrentLinkedQueue<MemorySegment> SPARE = new ConcurrentLinkedQueue<>();

  private final String path;
  private int number;
  private @Nullable MemorySegment buffer;

  private Fd(String path, int number) {
    this.path = path;
    this.number = number;
  }

  /** Opens a file; {@link #CLOEXEC} is always added. */
  public static Fd open(String path, int flags, int permissions) throws Errno {
    try (Arena arena = Arena.ofConfined()) {
      long fd =
          Sys.call(
              arena, Sys.OPENAT, AT_FDCWD, Sys.text(arena, path), flags | CLOEXEC, permissions);
      if (fd < 0) {
        throw new Errno("open " + path, (int) -fd);
      }
      return new Fd(path, (int) fd);
    }
  }

  /** Opens to read; a symbolic link is refused (ELOOP). */
  public static Fd openRead(String path) throws Errno {
    return open(path, READ_ONLY | NOFOLLOW, 0);
  }

  static Fd adopt(String path, int number) {
    return new Fd(path, number);
  }

  /** The number, valid until closed. */
  public int number() {
    return number;
  }

  private MemorySegment buffer() {
    MemorySegment own = buffer;
    if (own == null) {
      MemorySegment spare = SPARE.poll();
      own = spare == null ? Arena.ofAuto().allocate(BUFFER, 8) : spare;
      buffer = own;
    }
    return own;
  }

  /** Reads up to {@code length} bytes; -1 at the end. */
  public int read(byte[] into, int offset, int length) throws Errno {
    MemorySegment buffer = buffer();
    int wanted = Math.min(length, BUFFER);
    long n = call(Sys.READ, buffer.address(), wanted, 0, "read");
    if (n == 0) {
      return wanted == 0 ? 0 : -1;
    }
    MemorySegment.copy(buffer, JAVA_BYTE, 0, into, offset, (int) n);
    return (int) n;
  }

  /** Writes all of them. */
  public void write(byte[] from, int offset, int length) throws Errno {
    MemorySegment buffer = buffer();
    int done = 0;
    while (done < length) {
      int part = Math.min(length - done, BUFFER);
      MemorySegment.copy(from, offset + done, buffer, JAVA_BYTE, 0, part);
      int written = 0;
      while (written < part) {
        written +=
            (int) call(Sys.WRITE, buffer.address() + written, part - (long) written, 0, "write");
      }
      done += part;
    }
  }

  /**
   * Copies up to {@code length} bytes from the position of this to the position of another, within
   * the kernel; 0 at the end. Fails with EXDEV or EINVAL where file systems can't.
   */
  public long copyTo(Fd other, long length) throws Errno {
    try (Arena calls = Arena.ofConfined()) {
      long n = Sys.call(calls, Sys.COPY_FILE_RANGE, number, 0, other.number, 0, length, 0);
      if (n < 0) {
        throw new Errno("copy " + path + " to " + other.path, (int) -n);
      }
      return n;
    }
  }

  public Stat stat() throws Errno {
    try (Arena calls = Arena.ofConfined()) {
      MemorySegment stat = calls.allocate(256, 8);
      int emptyPath = 0x1000;
      long n =
          Sys.call(
              calls, Sys.STATX, number, Sys.text(calls, ""), emptyPath, 0x7FF, stat.address(), 0);
      if (n < 0) {
        throw new Errno("stat " + path, (int) -n);
      }
      return Inodes.read(stat);
    }
  }

  public void truncate(long length) throws Errno {
    call(Sys.FTRUNCATE, length, 0, 0, "truncate");
  }

  /** Waits until the file, or the folder's entries, are on the disk. */
  public void sync() throws Errno {
    call(Sys.FSYNC, 0, 0, 0, "sync");
  }

  /** Waits until all of the file system that this file is on is on the disk. */
  public void syncFileSystem() throws Errno {
    call(Sys.SYNCFS, 0, 0, 0, "sync the file system of");
  }

  /**
   * Takes a lock of the open file without waiting ({@code flock(2)}). It goes with this descriptor,
   * whatever happens to the process.
   *
   * @return whether it was taken; false if another holds it
   */
  public boolean tryLock(boolean exclusive) throws Errno {
    try (Arena calls = Arena.ofConfined()) {
      long n = Sys.call(calls, Sys.FLOCK, number, (exclusive ? LOCK_EX : LOCK_SH) | LOCK_NB, 0);
      if (n == -Errno.EAGAIN) {
        return false;
      }
      if (n < 0) {
        throw new Errno("lock " + path, (int) -n);
      }
      return true;
    }
  }

  public void unlock() throws Errno {
    call(Sys.FLOCK, LOCK_UN, 0, 0, "unlock");
  }

  /** The rest of the file; closing it closes this. */
  public InputStream input() {
    return new InputStream() {
      @Override
      public int read() throws Errno {
        byte[] one = new byte[1];
        return Fd.this.read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
      }

      @Override
      public int read(byte[] into, int offset, int length) throws Errno {
        return Fd.this.read(into, offset, length);
      }

      @Override
      public void close() {
        Fd.this.close();
      }
    };
  }

  /** Writes at the position of this; closing it closes this. */
  public OutputStream output() {
    return new OutputStream() {
      @Override
      public void write(int b) throws Errno {
        Fd.this.write(new byte[] {(byte) b}, 0, 1);
      }

      @Override
      public void write(byte[] from, int offset, int length) throws Errno {
        Fd.this.write(from, offset, length);
      }

      @Override
      public void close() {
        Fd.this.close();
      }
    };
  }

  /** Closes it; once more does nothing. */
  @Override
  public void close() {
    if (number == CLOSED) {
      return;
    }
    try (Arena calls = Arena.ofConfined()) {
      Sys.call(calls, Sys.CLOSE, number, 0, 0);
    }
    number = CLOSED;
    if (buffer != null) {
      SPARE.add(buffer);
      buffer = null;
    }
  }

  @Override
  public String toString() {
    return path + " (descriptor " + number + ")";
  }

  private long call(int nr, long b, long c, long d, String doing) throws Errno {
    try (Arena calls = Arena.ofConfined()) {
      long n = Sys.call(calls, nr, number, b, c, d);
      while (n == -Errno.EINTR) {
        n = Sys.call(calls, nr, number, b, c, d);
      }
      if (n < 0) {
        throw new Errno(doing + " " + path, (int) -n);
      }
      return n;
    }
  }
}
