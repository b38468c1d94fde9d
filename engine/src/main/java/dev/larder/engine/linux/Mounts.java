package dev.larder.engine.linux;

import java.lang.foreign.Arena;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Mounting. It acts on the mount namespace of this process, which the launcher makes private: see
 * the manual page mount_namespaces(7).
 */
public final class Mounts {
  public static final long RDONLY = 1;
  public static final long NOSUID = 2;
  public static final long NODEV = 4;
  public static final long NOEXEC = 8;
  public static final long REMOUNT = 32;
  public static final long BIND = 4096;
  public static final long RECURSIVE = 16384;
  public static final long PRIVATE = 1 << 18;
  public static final long SLAVE = 1 << 19;

  /** Detaches at once, cleans up when it is no longer busy. */
  public static final int DETACH = 2;

  private static final int AT_FDCWD = -100;
  private static final int FSCONFIG_SET_FLAG = 0;
  private static final int FSCONFIG_SET_STRING = 1;
  private static final int FSCONFIG_CMD_CREATE = 6;
  private static final int FSOPEN_CLOEXEC = 1;
  private static final int MOVE_MOUNT_F_EMPTY_PATH = 4;

  /** An option of a file system: a flag where the value is null. */
  public record Option(String name, @Nullable String value) {}

  private Mounts() {}

  /** {@code mount(2)}; parts that a call does not need are null. */
  public static void mount(
      @Nullable String source,
      String target,
      @Nullable String type,
      long flags,
      @Nullable String data)
      throws Errno {
    try (Arena arena = Arena.ofConfined()) {
      long n =
          Sys.call(
              arena,
              Sys.MOUNT,
              source == null ? 0 : Sys.text(arena, source),
              Sys.text(arena, target),
              type == null ? 0 : Sys.text(arena, type),
              flags,
              data == null ? 0 : Sys.text(arena, data),
              0);
      check(n, "mount " + (source == null ? "" : source + " ") + "at " + target);
    }
  }

  /**
   * Mounts a new file system with its options set one by one, which has no limit of a page as
   * {@code mount(2)} has; each value is at most 255 bytes.
   *
   * @throws Errno ENOSYS or EINVAL where the kernel is too old for the call or an option
   */
  public static void mountNew(String type, List<Option> options, String target, long attributes)
      throws Errno {
    try (Arena arena = Arena.ofConfined()) {
      long fs =
          check(
              Sys.call(arena, Sys.FSOPEN, Sys.text(arena, type), FSOPEN_CLOEXEC, 0),
              "open a file system of type " + type);
      try {
        for (Option option : options) {
          set(arena, fs, option, target);
        }
        check(
            Sys.call(arena, Sys.FSCONFIG, fs, FSCONFIG_CMD_CREATE, 0, 0),
            "mount " + type + " at " + target);
        long mount =
            check(
                Sys.call(arena, Sys.FSMOUNT, fs, FSOPEN_CLOEXEC, attributes),
                "mount " + type + " at " + target);
        try {
          check(
              Sys.call(
                  arena,
                  Sys.MOVE_MOUNT,
                  mount,
                  Sys.text(arena, ""),
                  AT_FDCWD,
                  Sys.text(arena, target),
                  MOVE_MOUNT_F_EMPTY_PATH,
                  0),
              "mount " + type + " at " + target);
        } finally {
          Sys.call(arena, Sys.CLOSE, mount, 0, 0);
        }
      } finally {
        Sys.call(arena, Sys.CLOSE, fs, 0, 0);
      }
    }
  }

  private static void set(Arena arena, long fs, Option option, String target) throws Errno {
    String value = option.value();
    long n =
        Sys.call(
            arena,
            Sys.FSCONFIG,
            fs,
            value == null ? FSCONFIG_SET_FLAG : FSCONFIG_SET_STRING,
            Sys.text(arena, option.name()),
            value == null ? 0 : Sys.text(arena, value),
            0,
            0);
    check(n, "mount at " + target + ": set " + option.name() + (value == null ? "" : "=" + value));
  }

  /** {@code umount2(2)}; a symbolic link is not followed. */
  public static void unmount(String target, int flags) throws Errno {
    int noFollow = 8;
    try (Arena arena = Arena.ofConfined()) {
      check(
          Sys.call(arena, Sys.UMOUNT2, Sys.text(arena, target), flags | noFollow, 0),
          "unmount " + target);
    }
  }

  private static long check(long result, String doing) throws Errno {
    if (result < 0) {
      throw new Errno(doing, (int) -result);
    }
    return result;
  }
}
