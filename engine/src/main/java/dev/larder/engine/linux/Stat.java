package dev.larder.engine.linux;

/**
 * What {@code statx(2)} tells of a file; a symbolic link is not followed unless asked for.
 *
 * @param mode type and permission bits, as {@code st_mode}
 * @param uid owner
 * @param gid group
 * @param size bytes
 * @param device the file system, as one number
 * @param inode the file's number there
 * @param links how many names it has
 * @param deviceMajor of a device node, else 0
 * @param deviceMinor of a device node, else 0
 * @param mtimeSeconds last change of the content, seconds since the epoch
 * @param mtimeNanos its fraction
 * @param ctimeSeconds last change of content or attributes, seconds since the epoch
 * @param ctimeNanos its fraction
 */
public record Stat(
    int mode,
    int uid,
    int gid,
    long size,
    long device,
    long inode,
    int links,
    int deviceMajor,
    int deviceMinor,
    long mtimeSeconds,
    int mtimeNanos,
    long ctimeSeconds,
    int ctimeNanos) {
  public static final int TYPE = 0xF000;
  public static final int FIFO = 0x1000;
  public static final int CHARACTER_DEVICE = 0x2000;
  public static final int DIRECTORY = 0x4000;
  public static final int BLOCK_DEVICE = 0x6000;
  public static final int REGULAR = 0x8000;
  public static final int SYMBOLIC_LINK = 0xA000;
  public static final int SOCKET = 0xC000;

  /** One of the type constants. */
  public int type() {
    return mode & TYPE;
  }

  /** The permission bits with set-user-id, set-group-id and sticky. */
  public int permissions() {
    return mode & 07777;
  }

  public boolean isDirectory() {
    return type() == DIRECTORY;
  }

  public boolean isRegular() {
    return type() == REGULAR;
  }

  public boolean isSymbolicLink() {
    return type() == SYMBOLIC_LINK;
  }

  /** Whether it is overlayfs's mark for a removed file: a character device 0/0. */
  public boolean isWhiteout() {
    return type() == CHARACTER_DEVICE && deviceMajor == 0 && deviceMinor == 0;
  }
}
