package dev.larder.engine.snapshot;

import dev.larder.engine.digest.Digest;
import dev.larder.engine.linux.Inodes;
import dev.larder.engine.linux.Names;
import dev.larder.engine.linux.Stat;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Comparator;
import java.util.Map;

/**
 * What counts of a file when a build asks whether it changed. Times do not.
 *
 * <p>Which attributes count is BuildKit's choice (its package {@code cache/contenthash}), so that a
 * step that BuildKit reuses is reused here too.
 *
 * @param name in its folder, in the form of {@link Names}
 * @param mode type and permission bits
 * @param uid owner
 * @param gid group
 * @param what the digest of a file's bytes or of a folder's entries, the target of a symbolic link,
 *     the numbers of a device; {@code "-"} for anything else
 * @param attributes the digest of the extended attributes that count, in hex; {@code "-"} where
 *     there is none
 */
public record TreeEntry(String name, int mode, int uid, int gid, String what, String attributes) {
  /** In place of a value that is not there. */
  public static final String NONE = "-";

  /** The order in a folder: by the bytes of the names. */
  public static final Comparator<TreeEntry> ORDER =
      Comparator.comparing(TreeEntry::name, Inodes::compareBytes);

  /** One of the type constants of {@link Stat}. */
  public int type() {
    return mode & Stat.TYPE;
  }

  public boolean isDirectory() {
    return type() == Stat.DIRECTORY;
  }

  /** The digest of all but the name. */
  public Digest digest() {
    return Digest.ofText(header(new StringBuilder("entry/1\n")).toString());
  }

  /** With another name. */
  public TreeEntry named(String other) {
    return new TreeEntry(other, mode, uid, gid, what, attributes);
  }

  /** With another content. */
  public TreeEntry with(String other) {
    return new TreeEntry(name, mode, uid, gid, other, attributes);
  }

  /** Whether an extended attribute counts. */
  public static boolean counts(String attribute) {
    return attribute.equals("security.capability")
        || (!attribute.startsWith("security.") && !attribute.startsWith("system."));
  }

  /**
   * The digest of those attributes that count, in hex; {@link #NONE} where there is none.
   *
   * @param all in the order of their names
   */
  public static String digestOf(Map<String, byte[]> all) {
    MessageDigest sha = null;
    for (Map.Entry<String, byte[]> attribute : all.entrySet()) {
      if (counts(attribute.getKey())) {
        sha = sha == null ? Digest.sha256() : sha;
        byte[] name = attribute.getKey().getBytes(StandardCharsets.UTF_8);
        byte[] value = attribute.getValue();
        sha.update(ByteBuffer.allocate(8).putInt(name.length).putInt(value.length).flip());
        sha.update(name);
        sha.update(value);
      }
    }
    return sha == null ? NONE : Digest.of(sha).hex();
  }

  /** {@code f 644 0 0 <what> -}: all but the name. */
  private StringBuilder header(StringBuilder text) {
    return text.append(letter())
        .append(' ')
        .append(Integer.toOctalString(mode & 07777))
        .append(' ')
        .append(Integer.toUnsignedString(uid))
        .append(' ')
        .append(Integer.toUnsignedString(gid))
        .append(' ')
        .append(type() == Stat.SYMBOLIC_LINK ? escape(what) : what)
        .append(' ')
        .append(attributes);
  }

  /** One line of a manifest, without its end. Inverted by {@link #parse}. */
  String line() {
    return line(new StringBuilder()).toString();
  }

  /** Adds the line. */
  StringBuilder line(StringBuilder text) {
    return header(text).append(' ').append(escape(name));
  }

  /**
   * Inverts {@link #line}.
   *
   * @throws IllegalArgumentException if it is not such a line
   */
  static TreeEntry parse(String line) {
    String[] parts = line.split(" ", -1);
    if (parts.length != 7) {
      throw new IllegalArgumentException("not an entry of a tree: \"" + line + "\"");
    }
    return new TreeEntry(
        unescape(parts[6]),
        type(parts[0]) | Integer.parseInt(parts[1], 8),
        Integer.parseUnsignedInt(parts[2]),
        Integer.parseUnsignedInt(parts[3]),
        unescape(parts[4]),
        parts[5]);
  }

  private char letter() {
    return switch (type()) {
      case Stat.REGULAR -> 'f';
      case Stat.DIRECTORY -> 'd';
      case Stat.SYMBOLIC_LINK -> 'l';
      case Stat.CHARACTER_DEVICE -> 'c';
      case Stat.BLOCK_DEVICE -> 'b';
      case Stat.FIFO -> 'p';
      case Stat.SOCKET -> 's';
      default -> throw new IllegalArgumentException("no type of file: " + mode);
    };
  }

  private static int type(String letter) {
    return switch (letter) {
      case "f" -> Stat.REGULAR;
      case "d" -> Stat.DIRECTORY;
      case "l" -> Stat.SYMBOLIC_LINK;
      case "c" -> Stat.CHARACTER_DEVICE;
      case "b" -> Stat.BLOCK_DEVICE;
      case "p" -> Stat.FIFO;
      case "s" -> Stat.SOCKET;
      default -> throw new IllegalArgumentException("no type of file: \"" + letter + "\"");
    };
  }

  /** Bytes outside printable ASCII, blanks and backslashes as {@code \xx}. */
  private static String escape(String text) {
    boolean plain = !text.isEmpty();
    for (int i = 0; i < text.length() && plain; i++) {
      plain = isPlain(text.charAt(i));
    }
    if (plain) {
      return text;
    }
    StringBuilder escaped = new StringBuilder();
    for (byte b : Names.encode(text)) {
      if (b > 0 && isPlain((char) b)) {
        escaped.append((char) b);
      } else {
        escaped
            .append('\\')
            .append(Character.forDigit((b >> 4) & 0xF, 16))
            .append(Character.forDigit(b & 0xF, 16));
      }
    }
    return escaped.toString();
  }

  private static boolean isPlain(char c) {
    return c > ' ' && c < 127 && c != '\\';
  }

  private static String unescape(String text) {
    if (text.indexOf('\\') < 0) {
      return text;
    }
    ByteBuffer bytes = ByteBuffer.allocate(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\') {
        bytes.put((byte) Integer.parseInt(text.substring(i + 1, i + 3), 16));
        i += 2;
      } else {
        bytes.put((byte) c);
      }
    }
    byte[] name = new byte[bytes.position()];
    bytes.flip().get(name);
    return Names.decode(name);
  }
}
