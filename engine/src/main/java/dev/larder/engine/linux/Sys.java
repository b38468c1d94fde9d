package dev.larder.engine.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;

/**
 * The one way out of the JVM: {@code syscall(2)}.
 *
 * <p>Each shape of a foreign function costs some milliseconds of class spinning when it is first
 * linked, so every call goes through a single shape of seven longs. That also reaches calls for
 * which the C library has no wrapper. Numbers are given for x86-64 and for ARM64 (the generic
 * table); structures used here have the same layout on both.
 */
final class Sys {
  private static final boolean ARM = System.getProperty("os.arch", "").equals("aarch64");

  static final int CLOSE = nr(3, 57);
  static final int IOCTL = nr(16, 29);
  static final int READ = nr(0, 63);
  static final int WRITE = nr(1, 64);
  static final int LSEEK = nr(8, 62);
  static final int SOCKET = nr(41, 198);
  static final int KILL = nr(62, 129);
  static final int FLOCK = nr(73, 32);
  static final int FSYNC = nr(74, 82);
  static final int FTRUNCATE = nr(77, 46);
  static final int GETUID = nr(102, 174);
  static final int STATFS = nr(137, 43);
  static final int MOUNT = nr(165, 40);
  static final int UMOUNT2 = nr(166, 39);
  static final int LSETXATTR = nr(189, 6);
  static final int LGETXATTR = nr(192, 9);
  static final int LLISTXATTR = nr(195, 12);
  static final int LREMOVEXATTR = nr(198, 15);
  static final int GETDENTS64 = nr(217, 61);
  static final int OPENAT = nr(257, 56);
  static final int MKDIRAT = nr(258, 34);
  static final int MKNODAT = nr(259, 33);
  static final int FCHOWNAT = nr(260, 54);
  static final int UNLINKAT = nr(263, 35);
  static final int LINKAT = nr(265, 37);
  static final int SYMLINKAT = nr(266, 36);
  static final int READLINKAT = nr(267, 78);
  static final int FCHMODAT = nr(268, 53);
  static final int PPOLL = nr(271, 73);
  static final int UNSHARE = nr(272, 97);
  static final int UTIMENSAT = nr(280, 88);
  static final int SYNCFS = nr(306, 267);
  static final int SETNS = nr(308, 268);
  static final int RENAMEAT2 = nr(316, 276);
  static final int COPY_FILE_RANGE = nr(326, 285);
  static final int STATX = nr(332, 291);
  static final int MOVE_MOUNT = 429;
  static final int FSOPEN = 430;
  static final int FSCONFIG = 431;
  static final int FSMOUNT = 432;
  static final int PIDFD_OPEN = 434;

  private static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final long ERRNO_OFFSET =
      STATE.byteOffset(MemoryLayout.PathElement.groupElement("errno"));
  private static final MethodHandle SYSCALL = syscall();

  private Sys() {}

  private static int nr(int x64, int arm) {
    return ARM ? arm : x64;
  }

  @SuppressWarnings("restricted") // the one place that leaves the JVM
  private static MethodHandle syscall() {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(
        linker.defaultLookup().findOrThrow("syscall"),
        FunctionDescriptor.of(
            JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
        Linker.Option.captureCallState("errno"));
  }

  /** Calls; the result is what the kernel gave, or minus the error number. */
  static long call(Arena arena, int nr, long a, long b, long c, long d, long e, long f) {
    MemorySegment state = arena.allocate(STATE);
    try {
      long result = (long) SYSCALL.invokeExact(state, (long) nr, a, b, c, d, e, f);
      return result == -1 ? -(long) state.get(JAVA_INT, ERRNO_OFFSET) : result;
    } catch (Error | RuntimeException problem) {
      throw problem;
    } catch (Throwable problem) {
      throw new LinkageError("syscall", problem);
    }
  }

  static long call(Arena arena, int nr, long a, long b, long c, long d) {
    return call(arena, nr, a, b, c, d, 0, 0);
  }

  static long call(Arena arena, int nr, long a, long b, long c) {
    return call(arena, nr, a, b, c, 0, 0, 0);
  }

  /** The address of the text's bytes, ended by a zero byte, in memory of the arena. */
  static long text(Arena arena, String text) {
    byte[] bytes = Names.encode(text);
    MemorySegment segment = arena.allocate(bytes.length + 1L);
    MemorySegment.copy(bytes, 0, segment, JAVA_BYTE, 0, bytes.length);
    return segment.address();
  }
}
