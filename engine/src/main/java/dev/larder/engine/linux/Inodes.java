package dev.larder.engine.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;

/** Calls on files by path. No method follows a symbolic link in the last part unless it says so. */
public final class Inodes {
  private static final int AT_FDCWD = -100;
  private static final int AT_SYMLINK_NOFOLLOW = 0x100;
  private static final int AT_REMOVEDIR = 0x200;
  private static final int STATX_BASIC_STATS = 0x7FF;
  private static final int STATX_BYTES = 256;
  private static final int DIRECTORY_BUFFER = 1 << 16;
  private static final int USUAL_ATTRIBUTE = 256;
  private static final int LARGEST_ATTRIBUTE = 1 << 16;

  /** A name in a folder and the type it is listed with. */
  public record Entry(String name, int type) {}

  private Inodes() {}

  /** The file itself; a symbolic link is not followed. */
  public static Stat lstat(String path) throws Errno {
    return statx(path, AT_SYMLINK_NOFOLLOW)
        .orElseThrow(() -> new Errno("stat " + path, Errno.ENOENT));
  }

  /** The file behind symbolic links. */
  public static Stat stat(String path) throws Errno {
    return statx(path, 0).orElseThrow(() -> new Errno("stat " + path, Errno.ENOENT));
  }

  /** The file itself, or nothing if the path or a folder of it does not exist. */
  public static Optional<Stat> find(String path) throws Errno {
    return statx(path, AT_SYMLINK_NOFOLLOW);
  }

  private static Optional<Stat> statx(String path, int flags) throws Errno {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(STATX_BYTES, 8);
      long result =
          Sys.call(
              arena,
              Sys.STATX,
              AT_FDCWD,
              Sys.text(arena, path),
              flags,
              STATX_BASIC_STATS,
              buffer.address(),
              0);
      if (result == -Errno.ENOENT || result == -Errno.ENOTDIR) {
        return Optional.empty();
      }
      check(result, "stat ", path);
      return Optional.of(read(buffer));
    }
  }

  /** Offsets of {@code struct statx}, include/uapi/linux/stat.h. */
  static Stat read(MemorySegment s) {
    return new Stat(
        s.get(JAVA_SHORT_UNALIGNED, 28) & 0xFFFF,
        s.get(JAVA_INT_UNALIGNED, 20),
        s.get(JAVA_INT_UNALIGNED, 24),
        s.get(JAVA_LONG_UNALIGNED, 40),
        (Integer.toUnsignedLong(s.get(JAVA_INT_UNALIGNED, 136)) << 32)
            | Integer.toUnsignedLong(s.get(JAVA_INT_UNALIGNED, 140)),
        s.get(JAVA_LONG_UNALIGNED, 32),
        s.get(JAVA_INT_UNALIGNED, 16),
        s.get(JAVA_INT_UNALIGNED, 128),
        s.get(JAVA_INT_UNALIGNED, 132),
        s.get(JAVA_LONG_UNALIGNED, 112),
        s.get(JAVA_INT_UNALIGNED, 120),
        s.get(JAVA_LONG_UNALIGNED, 96),
        s.get(JAVA_INT_UNALIGNED, 104));
  }

  /** The entries of a folder but "." and "..", sorted by the bytes of their names. */
  public static List<Entry> list(String folder) throws Errno {
    List<Entry> entries = new ArrayList<>();
    try (Arena arena = Arena.ofConfined()) {
      long fd =
          check(
              Sys.call(
                  arena,
                  Sys.OPENAT,
                  AT_FDCWD,
                  Sys.text(arena, folder),
                  Fd.DIRECTORY | Fd.NOFOLLOW | Fd.CLOEXEC,
                  0),
              "list ",
              folder);
      try {
        MemorySegment buffer = arena.allocate(DIRECTORY_BUFFER, 8);
        long n = readEntries(arena, fd, buffer, folder);
        while (n > 0) {
          addEntries(buffer, n, entries);
          n = readEntries(arena, fd, buffer, folder);
        }
      } finally {
        Sys.call(arena, Sys.CLOSE, fd, 0, 0);
      }
    }
    entries.sort(Comparator.comparing(Entry::name, Inodes::compareBytes));
    return entries;
  }

  private static long readEntries(Arena arena, long fd, MemorySegment buffer, String folder)
      throws Errno {
    return check(
        Sys.call(arena, Sys.GETDENTS64, fd, buffer.address(), DIRECTORY_BUFFER), "list ", folder);
  }

  /** {@code struct linux_dirent64}: inode, offset, record length, type, name. */
  private static void addEntries(MemorySegment buffer, long end, List<Entry> entries) {
    long at = 0;
    while (at < end) {
      int length = buffer.get(JAVA_SHORT_UNALIGNED, at + 16) & 0xFFFF;
      int type = buffer.get(JAVA_BYTE, at + 18);
      byte[] name = buffer.asSlice(at + 19, length - 19L).toArray(JAVA_BYTE);
      int n = 0;
      while (name[n] != 0) {
        n++;
      }
      boolean dots = name[0] == '.' && (n == 1 || (n == 2 && name[1] == '.'));
      if (!dots) {
        entries.add(new Entry(Names.decode(name, 0, n), type << 12));
      }
      at += length;
    }
  }

  /** Orders names as their bytes would be, unsigned: the order of a deterministic archive. */
  public static int compareBytes(String a, String b) {
    int n = Math.min(a.length(), b.length());
    for (int i = 0; i < n; i++) {
      if (a.charAt(i) != b.charAt(i)) {
        return a.charAt(i) < 128 && b.charAt(i) < 128
            ? Character.compare(a.charAt(i), b.charAt(i))
            : java.util.Arrays.compareUnsigned(Names.encode(a), Names.encode(b));
      }
    }
    return Integer.compare(a.length(), b.length());
  }

  public static String readLink(String path) throws Errno {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(4097);
      long n =
          check(
              Sys.call(
                  arena,
                  Sys.READLINKAT,
                  AT_FDCWD,
                  Sys.text(arena, path),
                  buffer.address(),
                  buffer.byteSize()),
              "read link ",
              path);
      return Names.decode(buffer.asSlice(0, n).toArray(JAVA_BYTE));
    }
  }

  public static void makeFolder(String path, int permissions) throws Errno {
    at(Sys.MKDIRAT, "make folder ", path, permissions, 0);
  }

  /** Makes a file of any type: see the type constants of {@link Stat}. */
  public static void makeNode(String path, int mode, int major, int minor) throws Errno {
    long device = ((long) (major & 0xFFF) << 8) | (minor & 0xFF) | ((long) (minor & ~0xFF) << 12);
    at(Sys.MKNODAT, "make node ", path, mode, device);
  }

  public static void removeFile(String path) throws Errno {
    at(Sys.UNLINKAT, "remove ", path, 0, 0);
  }

  public static void removeFolder(String path) throws Errno {
    at(Sys.UNLINKAT, "remove folder ", path, AT_REMOVEDIR, 0);
  }

  /** Sets owner and group of the file itself; -1 leaves one as it is. */
  public static void changeOwner(String path, int uid, int gid) throws Errno {
    try (Arena arena = Arena.ofConfined()) {
      check(
          Sys.call(
              arena,
              Sys.FCHOWNAT,
              AT_FDCWD,
              Sys.text(arena, path),
              uid,
              gid,
              AT_SYMLINK_NOFOLLOW,
              0),
          "change owner of ",
          path);
    }
  }

  /** Sets the permission bits; a symbolic link is followed, as it has none of its own. */
  public static void changeMode(String path, int permissions) throws Errno {
    at(Sys.FCHMODAT, "change mode of ", path, permissions, 0);
  }

  /** Sets the time of the last change; the time of the last access is set to the same. */
  public static void changeTime(String path, long seconds, int nanos) throws Errno {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment times = arena.allocate(32, 8);
      times.set(JAVA_LONG_UNALIGNED, 0, seconds);
      times.set(JAVA_LONG_UNALIGNED, 8, nanos);
      times.set(JAVA_LONG_UNALIGNED, 16, seconds);
      times.set(JAVA_LONG_UNALIGNED, 24, nanos);
      check(
          Sys.call(
              arena,
              Sys.UTIMENSAT,
              AT_FDCWD,
              Sys.text(arena, path),
              times.address(),
              AT_SYMLINK_NOFOLLOW),
          "change time of ",
          path);
    }
  }

  /** Makes {@code path} another name of {@code existing}. */
  public static void link(String existing, String path) throws Errno {
    try (Arena arena = Arena.ofConfined()) {
      check(
          Sys.call(
              arena,
              Sys.LINKAT,
              AT_FDCWD,
              Sys.text(arena, existing),
              AT_FDCWD,
              Sys.text(arena, path),
              0,
              0),
          "link " + existing + " as ",
          path);
    }
  }

  /** Makes {@code path} a symbolic link to {@code target}. */
  public static void makeLink(String target, String path) throws Errno {
    try (Arena arena = Arena.ofConfined()) {
      check(
          Sys.call(arena, Sys.SYMLINKAT, Sys.text(arena, target), AT_FDCWD, Sys.text(arena, path)),
          "make link ",
          path);
    }
  }

  public static final int RENAME_NOREPLACE = 1;
  public static final int RENAME_EXCHANGE = 2;

  public static void rename(String from, String to, int flags) throws Errno {
    try (Arena arena = Arena.ofConfined()) {
      check(
          Sys.call(
              arena,
              Sys.RENAMEAT2,
              AT_FDCWD,
              Sys.text(arena, from),
              AT_FDCWD,
              Sys.text(arena, to),
              flags,
              0),
          "rename " + from + " to ",
          to);
    }
  }

  /** All extended attributes by name, in the order of their names. */
  public static SequencedMap<String, byte[]> attributes(String path) throws Errno {
    try (Arena arena = Arena.ofConfined()) {
      long address = Sys.text(arena, path);
      SequencedMap<String, byte[]> attributes = new TreeMap<>();
      long size = Sys.call(arena, Sys.LLISTXATTR, address, 0, 0);
      if (size == 0 || size == -Errno.EOPNOTSUPP) {
        return attributes;
      }
      MemorySegment names = arena.allocate(check(size, "list attributes of ", path) + 1024);
      long n =
          check(
              Sys.call(arena, Sys.LLISTXATTR, address, names.address(), names.byteSize()),
              "list attributes of ",
              path);
      String all = new String(names.asSlice(0, n).toArray(JAVA_BYTE), StandardCharsets.UTF_8);
      for (String name : all.split("\0")) {
        if (!name.isEmpty()) {
          attribute(path, name).ifPresent(value -> attributes.put(name, value));
        }
      }
      return attributes;
    }
  }

  /** One extended attribute, or nothing where there is none of that name. */
  public static Optional<byte[]> attribute(String path, String name) throws Errno {
    Optional<byte[]> value;
    try {
      value = attribute(path, name, USUAL_ATTRIBUTE);
    } catch (Errno e) {
      if (!e.is(Errno.ERANGE)) {
        throw e;
      }
      value = attribute(path, name, LARGEST_ATTRIBUTE);
    }
    return value;
  }

  private static Optional<byte[]> attribute(String path, String name, int size) throws Errno {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(size);
      long n =
          Sys.call(
              arena,
              Sys.LGETXATTR,
              Sys.text(arena, path),
              Sys.text(arena, name),
              buffer.address(),
              buffer.byteSize());
      if (n == -Errno.ENODATA || n == -Errno.EOPNOTSUPP) {
        return Optional.empty();
      }
      check(n, "read attribute " + name + " of ", path);
      return Optional.of(buffer.asSlice(0, n).toArray(JAVA_BYTE));
    }
  }

  public static void setAttribute(String path, String name, byte[] value) throws Errno {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocate(Math.max(1, value.length));
      MemorySegment.copy(value, 0, bytes, JAVA_BYTE, 0, value.length);
      check(
          Sys.call(
              arena,
              Sys.LSETXATTR,
              Sys.text(arena, path),
              Sys.text(arena, name),
              bytes.address(),
              value.length,
              0,
              0),
          "set attribute " + name + " of ",
          path);
    }
  }

  public static void removeAttribute(String path, String name) throws Errno {
    try (Arena arena = Arena.ofConfined()) {
      check(
          Sys.call(arena, Sys.LREMOVEXATTR, Sys.text(arena, path), Sys.text(arena, name), 0),
          "remove attribute " + name + " of ",
          path);
    }
  }

  private static void at(int nr, String doing, String path, long c, long d) throws Errno {
    try (Arena arena = Arena.ofConfined()) {
      check(Sys.call(arena, nr, AT_FDCWD, Sys.text(arena, path), c, d), doing, path);
    }
  }

  private static long check(long result, String doing, String path) throws Errno {
    if (result < 0) {
      throw new Errno(doing + path, (int) -result);
    }
    return result;
  }
}
