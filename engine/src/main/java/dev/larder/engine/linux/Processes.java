package dev.larder.engine.linux;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalLong;

/** Calls on processes, and namespaces of the calling thread. */
public final class Processes {
  public static final int SIGHUP = 1;
  public static final int SIGINT = 2;
  public static final int SIGKILL = 9;
  public static final int SIGTERM = 15;

  public static final int NEW_NETWORK = 0x40000000;
  public static final int NEW_MOUNTS = 0x00020000;

  private Processes() {}

  /** The real user of this process: 0 for root, also for the root of a user namespace. */
  public static int uid() {
    try (Arena arena = Arena.ofConfined()) {
      return (int) Sys.call(arena, Sys.GETUID, 0, 0, 0);
    }
  }

  /** Sends a signal; negative pids name process groups. Signal 0 only asks whether it is there. */
  public static void kill(long pid, int signal) throws Errno {
    try (Arena arena = Arena.ofConfined()) {
      long n = Sys.call(arena, Sys.KILL, pid, signal, 0);
      if (n < 0) {
        throw new Errno("send signal " + signal + " to process " + pid, (int) -n);
      }
    }
  }

  /**
   * When a process started, in clock ticks since boot (field 22 of {@code /proc/PID/stat}); with
   * the pid it names a process for good, as pids are used again. Nothing if there is none, or only
   * its remains that nobody waited for.
   */
  public static OptionalLong startTime(long pid) throws IOException {
    String stat;
    try {
      stat = Files.readString(Path.of("/proc/" + pid + "/stat"), StandardCharsets.ISO_8859_1);
    } catch (NoSuchFileException e) {
      return OptionalLong.empty();
    } catch (IOException e) {
      // ESRCH while reading: it ended just now
      return OptionalLong.empty();
    }
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    return fields[0].equals("Z") || fields[0].equals("X")
        ? OptionalLong.empty()
        : OptionalLong.of(Long.parseLong(fields[19]));
  }

  /**
   * Waits for the end of a process that need not be a child of this one.
   *
   * <p>Blocks its carrier: call it on a platform thread.
   *
   * @return whether it has ended; false after the time
   */
  public static boolean awaitEnd(long pid, Duration atMost) throws Errno {
    try (Arena arena = Arena.ofConfined()) {
      long fd = Sys.call(arena, Sys.PIDFD_OPEN, pid, 0, 0);
      if (fd == -Errno.ESRCH) {
        return true;
      }
      if (fd < 0) {
        throw new Errno("watch process " + pid, (int) -fd);
      }
      try {
        MemorySegment poll = arena.allocate(8, 4);
        poll.set(ValueLayout.JAVA_INT, 0, (int) fd);
        poll.set(ValueLayout.JAVA_SHORT, 4, (short) 1);
        MemorySegment time = arena.allocate(16, 8);
        time.set(ValueLayout.JAVA_LONG, 0, atMost.toSeconds());
        time.set(ValueLayout.JAVA_LONG, 8, atMost.toNanosPart());
        long n = Sys.call(arena, Sys.PPOLL, poll.address(), 1, time.address(), 0, 8, 0);
        if (n < 0 && n != -Errno.EINTR) {
          throw new Errno("wait for process " + pid, (int) -n);
        }
        return n > 0;
      } finally {
        Sys.call(arena, Sys.CLOSE, fd, 0, 0);
      }
    }
  }

  /** Moves the calling platform thread into new namespaces; it can't come back, so let it end. */
  public static void unshare(int namespaces) throws Errno {
    try (Arena arena = Arena.ofConfined()) {
      long n = Sys.call(arena, Sys.UNSHARE, namespaces, 0, 0);
      if (n < 0) {
        throw new Errno("unshare", (int) -n);
      }
    }
  }

  /**
   * Moves the calling platform thread into the namespace behind a file, {@code /proc/PID/ns/net}.
   */
  public static void enter(String namespaceFile, int kind) throws Errno {
    try (Fd fd = Fd.open(namespaceFile, Fd.READ_ONLY, 0);
        Arena arena = Arena.ofConfined()) {
      long n = Sys.call(arena, Sys.SETNS, fd.number(), kind, 0);
      if (n < 0) {
        throw new Errno("enter " + namespaceFile, (int) -n);
      }
    }
  }
}
