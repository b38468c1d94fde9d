package dev.larder.engine.archive;

import dev.larder.engine.linux.Stat;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/**
 * A header of a tar archive.
 *
 * <p>Paths are those of {@link dev.larder.engine.linux.Names}, so that names that are not UTF-8
 * survive. A folder's path has no slash at its end.
 *
 * @param path as the archive has it; nothing is cleaned
 * @param mode permission bits with set-user-id, set-group-id and sticky
 * @param uid owner, to be read as unsigned
 * @param gid group, to be read as unsigned
 * @param size bytes that follow; 0 for all but files
 * @param mtimeSeconds since the epoch, may be negative
 * @param mtimeNanos fraction, 0 to 999,999,999; read but never written
 * @param link where a link leads; empty for what is none
 * @param major of a device, else 0
 * @param minor of a device, else 0
 * @param attributes extended attributes
 */
public record TarEntry(
    String path,
    Type type,
    int mode,
    int uid,
    int gid,
    long size,
    long mtimeSeconds,
    int mtimeNanos,
    String link,
    int major,
    int minor,
    SequencedMap<String, byte[]> attributes) {

  private static final SequencedMap<String, byte[]> NONE =
      Collections.unmodifiableSequencedMap(new LinkedHashMap<>());

  /** What an entry is. */
  public enum Type {
    FILE('0'),
    HARD_LINK('1'),
    SYMBOLIC_LINK('2'),
    CHARACTER_DEVICE('3'),
    BLOCK_DEVICE('4'),
    FOLDER('5'),
    FIFO('6');

    private final byte flag;

    Type(char flag) {
      this.flag = (byte) flag;
    }

    byte flag() {
      return flag;
    }
  }

  public TarEntry {
    attributes =
        attributes.isEmpty()
            ? NONE
            : Collections.unmodifiableSequencedMap(new LinkedHashMap<>(attributes));
  }

  /** A file of root's that holds {@code size} bytes. */
  public static TarEntry file(String path, int mode, long size, long mtimeSeconds) {
    return new TarEntry(path, Type.FILE, mode, 0, 0, size, mtimeSeconds, 0, "", 0, 0, NONE);
  }

  /** A folder of root's. */
  public static TarEntry folder(String path, int mode, long mtimeSeconds) {
    return new TarEntry(path, Type.FOLDER, mode, 0, 0, 0, mtimeSeconds, 0, "", 0, 0, NONE);
  }

  /**
   * A file as it is on disk.
   *
   * @param link where a symbolic link leads; empty for others
   * @throws IllegalArgumentException for a socket, which archives have no entry for
   */
  public static TarEntry of(
      String path, Stat stat, String link, SequencedMap<String, byte[]> attributes) {
    Type type = typeOf(path, stat);
    boolean device = type == Type.CHARACTER_DEVICE || type == Type.BLOCK_DEVICE;
    return new TarEntry(
        path,
        type,
        stat.permissions(),
        stat.uid(),
        stat.gid(),
        type == Type.FILE ? stat.size() : 0,
        stat.mtimeSeconds(),
        stat.mtimeNanos(),
        link,
        device ? stat.deviceMajor() : 0,
        device ? stat.deviceMinor() : 0,
        attributes);
  }

  private static Type typeOf(String path, Stat stat) {
    return switch (stat.type()) {
      case Stat.REGULAR -> Type.FILE;
      case Stat.DIRECTORY -> Type.FOLDER;
      case Stat.SYMBOLIC_LINK -> Type.SYMBOLIC_LINK;
      case Stat.CHARACTER_DEVICE -> Type.CHARACTER_DEVICE;
      case Stat.BLOCK_DEVICE -> Type.BLOCK_DEVICE;
      case Stat.FIFO -> Type.FIFO;
      default ->
          throw new IllegalArgumentException(
              "no entry for a file of type %o: %s".formatted(stat.type(), path));
    };
  }

  /** The same as another name of a file that comes earlier in the archive. */
  public TarEntry asHardLink(String earlier) {
    return new TarEntry(
        path,
        Type.HARD_LINK,
        mode,
        uid,
        gid,
        0,
        mtimeSeconds,
        mtimeNanos,
        earlier,
        major,
        minor,
        attributes);
  }

  /** The same, changed at another time. */
  public TarEntry changedAt(long seconds) {
    return new TarEntry(
        path, type, mode, uid, gid, size, seconds, 0, link, major, minor, attributes);
  }

  /** The file type bits of {@code st_mode}; a hard link has those of a file. */
  public int fileType() {
    return switch (type) {
      case FILE, HARD_LINK -> Stat.REGULAR;
      case FOLDER -> Stat.DIRECTORY;
      case SYMBOLIC_LINK -> Stat.SYMBOLIC_LINK;
      case CHARACTER_DEVICE -> Stat.CHARACTER_DEVICE;
      case BLOCK_DEVICE -> Stat.BLOCK_DEVICE;
      case FIFO -> Stat.FIFO;
    };
  }

  /** Attributes equal in names and bytes; maps of arrays don't compare by themselves. */
  public boolean hasAttributes(Map<String, byte[]> others) {
    return attributes.keySet().equals(others.keySet())
        && attributes.entrySet().stream()
            .allMatch(e -> java.util.Arrays.equals(e.getValue(), others.get(e.getKey())));
  }
}
