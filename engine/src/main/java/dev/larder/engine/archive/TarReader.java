package dev.larder.engine.archive;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.larder.engine.linux.Names;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * Reads a tar archive from its beginning to its end: ustar, PAX with global headers, the long names
 * and large numbers of GNU tar, the "star" dialect, and the headers of Version 7.
 *
 * <p>Checksums and lengths are checked; paths are not: they are what the archive says, and whoever
 * unpacks must keep inside its folder. Sparse files, which no layer has, are refused. Used by one
 * thread; the stream stays the caller's.
 */
public final class TarReader {
  /** Before the name of an extended attribute in a PAX record. */
  static final String ATTRIBUTE = "SCHILY.xattr.";

  /** How many bytes {@link #isArchive} wants to see. */
  public static final int HEAD = TarBlock.SIZE;

  private static final int MAX_RECORDS = 1 << 20;

  private final InputStream in;
  private final byte[] block = new byte[TarBlock.SIZE];
  private final byte[] skipped = new byte[1 << 14];
  private final Map<String, byte[]> global = new LinkedHashMap<>();
  private long offset;
  private long headerOffset;
  private long left;
  private int padding;

  public TarReader(InputStream in) {
    this.in = in;
  }

  /**
   * Goes to the next entry, over what is left of the one before.
   *
   * @return nothing at the end of the archive; the stream may have padding behind it
   * @throws IOException if the archive is damaged or cut short, with the offset where
   */
  public Optional<TarEntry> next() throws IOException {
    skip(left + padding);
    left = 0;
    padding = 0;
    Map<String, byte[]> records = new LinkedHashMap<>(global);
    while (readHeader()) {
      switch (block[TarBlock.TYPE]) {
        case 'x', 'X' -> readRecords(records);
        case 'g' -> {
          readRecords(global);
          records.putAll(global);
        }
        case 'L' -> records.put("path", untilZero(special()));
        case 'K' -> records.put("linkpath", untilZero(special()));
        case 'V' -> skipSpecial(); // the name of a tape
        default -> {
          return Optional.of(entry(records));
        }
      }
    }
    return Optional.empty();
  }

  /**
   * Reads content of the current entry.
   *
   * @return how many bytes; -1 at the end of the entry
   * @throws IOException if the archive is cut short
   */
  public int read(byte[] into, int at, int length) throws IOException {
    if (left == 0) {
      return length == 0 ? 0 : -1;
    }
    int n = in.read(into, at, (int) Math.min(length, left));
    if (n < 0) {
      throw cutShort();
    }
    left -= n;
    offset += n;
    return n;
  }

  /** The content of the current entry; valid until {@link #next}. Closing it does nothing. */
  public InputStream content() {
    return new InputStream() {
      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return TarReader.this.read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
      }

      @Override
      public int read(byte[] into, int at, int length) throws IOException {
        return TarReader.this.read(into, at, length);
      }
    };
  }

  /**
   * Whether bytes begin as an archive does: as a tar, or as one that is packed.
   *
   * @param head the first {@link #HEAD} bytes, or all there are
   */
  public static boolean isArchive(byte[] head) {
    if (Compression.detect(head) != Compression.NONE) {
      return true;
    }
    if (head.length < HEAD) {
      return false;
    }
    try {
      TarReader reader = new TarReader(new ByteArrayInputStream(head));
      return reader.readHeader();
    } catch (IOException e) {
      return false; // whatever it is, it is no archive
    }
  }

  private boolean readHeader() throws IOException {
    headerOffset = offset;
    if (!readBlock() || (isZero() && endsHere())) {
      return false;
    }
    long sum = number(TarBlock.CHECKSUM);
    if (sum != TarBlock.checksum(block, false) && sum != TarBlock.checksum(block, true)) {
      throw damaged("checksum %d, computed %d".formatted(sum, TarBlock.checksum(block, false)));
    }
    return true;
  }

  /** Two blocks of zeros end an archive; one at the end of the stream is taken as well. */
  private boolean endsHere() throws IOException {
    if (readBlock() && !isZero()) {
      throw damaged("a block of zeros between entries");
    }
    return true;
  }

  /** Reads a whole block; false at the end of the stream. */
  private boolean readBlock() throws IOException {
    int n = in.readNBytes(block, 0, TarBlock.SIZE);
    offset += n;
    if (n != 0 && n < TarBlock.SIZE) {
      throw cutShort();
    }
    return n != 0;
  }

  private boolean isZero() {
    for (byte b : block) {
      if (b != 0) {
        return false;
      }
    }
    return true;
  }

  private TarEntry entry(Map<String, byte[]> records) throws IOException {
    for (String key : records.keySet()) {
      if (key.startsWith("GNU.sparse.")) {
        throw unsupported("a sparse file");
      }
    }
    String path = text(records, "path", ownPath());
    TarEntry.Type type = type(path.endsWith("/"));
    boolean hasContent = type == TarEntry.Type.FILE;
    long size = value(records, "size", TarBlock.BYTES);
    if (size < 0) {
      throw damaged("a size of " + size);
    }
    left = hasContent ? size : 0;
    padding = TarBlock.padding(left);
    byte[] mtime = records.get("mtime");
    PaxTime time =
        mtime == null || mtime.length == 0
            ? new PaxTime(number(TarBlock.MTIME), 0)
            : time(new String(mtime, UTF_8));
    boolean device = type == TarEntry.Type.CHARACTER_DEVICE || type == TarEntry.Type.BLOCK_DEVICE;
    boolean link = type == TarEntry.Type.HARD_LINK || type == TarEntry.Type.SYMBOLIC_LINK;
    String target = text(records, "linkpath", name(TarBlock.LINK));
    return new TarEntry(
        withoutSlash(path),
        type,
        (int) (number(TarBlock.MODE) & 07777),
        id(value(records, "uid", TarBlock.UID)),
        id(value(records, "gid", TarBlock.GID)),
        left,
        time.seconds(),
        time.nanos(),
        link ? target : "",
        device ? (int) number(TarBlock.MAJOR) : 0,
        device ? (int) number(TarBlock.MINOR) : 0,
        attributes(records));
  }

  private TarEntry.Type type(boolean slash) throws IOException {
    return switch (block[TarBlock.TYPE]) {
      // Version 7 tells folders by their slash, and '7' is a file that lies contiguously.
      case 0, '0', '7' -> slash ? TarEntry.Type.FOLDER : TarEntry.Type.FILE;
      case '1' -> TarEntry.Type.HARD_LINK;
      case '2' -> TarEntry.Type.SYMBOLIC_LINK;
      case '3' -> TarEntry.Type.CHARACTER_DEVICE;
      case '4' -> TarEntry.Type.BLOCK_DEVICE;
      case '5' -> TarEntry.Type.FOLDER;
      case '6' -> TarEntry.Type.FIFO;
      case 'S' -> throw unsupported("a sparse file");
      default -> throw unsupported("an entry of type '%c'".formatted(block[TarBlock.TYPE] & 0xFF));
    };
  }

  private String ownPath() {
    String name = name(TarBlock.NAME);
    if (!TarBlock.has(block, TarBlock.MAGIC, TarBlock.USTAR)) {
      return name;
    }
    boolean star = TarBlock.has(block, TarBlock.STAR_TRAILER, TarBlock.STAR);
    String prefix = name(star ? TarBlock.STAR_PREFIX : TarBlock.PREFIX);
    return prefix.isEmpty() ? name : prefix + "/" + name;
  }

  private static String withoutSlash(String path) {
    int end = path.length();
    while (end > 1 && path.charAt(end - 1) == '/') {
      end--;
    }
    return path.substring(0, end);
  }

  private static SequencedMap<String, byte[]> attributes(Map<String, byte[]> records) {
    SequencedMap<String, byte[]> attributes = new LinkedHashMap<>();
    records.forEach(
        (key, value) -> {
          if (key.startsWith(ATTRIBUTE)) {
            attributes.put(key.substring(ATTRIBUTE.length()), value);
          }
        });
    return attributes;
  }

  private int id(long value) throws IOException {
    if (value < 0 || value > 0xFFFF_FFFFL) {
      throw damaged("an owner or group of " + value);
    }
    return (int) value;
  }

  private static String text(Map<String, byte[]> records, String key, String otherwise) {
    byte[] record = records.get(key);
    return record == null ? otherwise : Names.decode(record);
  }

  private String name(TarBlock.Field field) {
    int n = 0;
    while (n < field.length() && block[field.offset() + n] != 0) {
      n++;
    }
    return Names.decode(block, field.offset(), n);
  }

  private long value(Map<String, byte[]> records, String key, TarBlock.Field field)
      throws IOException {
    byte[] record = records.get(key);
    if (record == null || record.length == 0) {
      return number(field);
    }
    String text = new String(record, UTF_8);
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw damaged("%s \"%s\"".formatted(key, text));
    }
  }

  /** Octal digits among spaces and zero bytes, or two's complement behind a first bit of 1. */
  private long number(TarBlock.Field field) throws IOException {
    if (block[field.offset()] < 0) {
      return binary(field);
    }
    int from = field.offset();
    int to = field.end();
    while (from < to && (block[from] == ' ' || block[from] == 0)) {
      from++;
    }
    long value = 0;
    while (from < to && block[from] >= '0' && block[from] <= '7') {
      value = (value << 3) + block[from] - '0';
      from++;
    }
    if (from < to && block[from] != ' ' && block[from] != 0) {
      throw damaged("not a number: \"%s\"".formatted(name(field)));
    }
    return value;
  }

  private long binary(TarBlock.Field field) throws IOException {
    boolean negative = (block[field.offset()] & 0x40) != 0;
    long value = negative ? -1 : 0;
    for (int i = field.offset(); i < field.end(); i++) {
      int b = block[i] & 0xFF;
      if (i == field.offset()) {
        b = negative ? b : b & 0x7F; // the marker is not part of it; a negative one extends
      }
      if (value != value << 8 >> 8) {
        throw damaged("a number that needs more than 64 bits");
      }
      value = (value << 8) | b;
    }
    return value;
  }

  private record PaxTime(long seconds, int nanos) {}

  /** Decimal seconds with a fraction of any length, which is cut to nanoseconds. */
  private PaxTime time(String text) throws IOException {
    try {
      int dot = text.indexOf('.');
      if (dot < 0) {
        return new PaxTime(Long.parseLong(text), 0);
      }
      String digits = (text.substring(dot + 1) + "000000000").substring(0, 9);
      int nanos = Integer.parseUnsignedInt(digits);
      String whole = text.substring(0, dot);
      long seconds = whole.isEmpty() || whole.equals("-") ? 0 : Long.parseLong(whole);
      if (!text.startsWith("-") || nanos == 0) {
        return new PaxTime(seconds, nanos);
      }
      return new PaxTime(seconds - 1, 1_000_000_000 - nanos);
    } catch (NumberFormatException e) {
      throw damaged("mtime \"%s\"".formatted(text));
    }
  }

  /** Records are {@code length key=value\n}; an empty value takes back an earlier one. */
  private void readRecords(Map<String, byte[]> into) throws IOException {
    byte[] body = special();
    int at = 0;
    while (at < body.length) {
      int space = indexOf(body, ' ', at);
      int length = space < 0 || space - at > 7 ? 0 : digits(body, at, space);
      int end = at + length;
      int equals = space < 0 ? -1 : indexOf(body, '=', space);
      if (length == 0
          || end > body.length
          || equals < 0
          || equals >= end
          || body[end - 1] != '\n') {
        if (body[at] == 0) {
          return; // some writers count the padding
        }
        throw damaged("a PAX record that does not fit its length");
      }
      String key = new String(body, space + 1, equals - space - 1, UTF_8);
      byte[] value = java.util.Arrays.copyOfRange(body, equals + 1, end - 1);
      if (value.length == 0 && !key.startsWith(ATTRIBUTE)) {
        into.remove(key);
      } else {
        into.put(key, value);
      }
      at = end;
    }
  }

  private static int digits(byte[] body, int from, int to) {
    int value = 0;
    for (int i = from; i < to; i++) {
      if (body[i] < '0' || body[i] > '9') {
        return 0;
      }
      value = value * 10 + body[i] - '0';
    }
    return value;
  }

  private static int indexOf(byte[] body, char wanted, int from) {
    for (int i = from; i < body.length; i++) {
      if (body[i] == wanted) {
        return i;
      }
    }
    return -1;
  }

  /** The content of a header that only says something of the next one. */
  private byte[] special() throws IOException {
    long size = number(TarBlock.BYTES);
    if (size < 0 || size > MAX_RECORDS) {
      throw damaged("%d bytes of names and records".formatted(size));
    }
    byte[] body = in.readNBytes((int) size);
    offset += body.length;
    if (body.length < size) {
      throw cutShort();
    }
    skip(TarBlock.padding(size));
    return body;
  }

  private void skipSpecial() throws IOException {
    long size = number(TarBlock.BYTES);
    skip(size + TarBlock.padding(size));
  }

  private static byte[] untilZero(byte[] text) {
    int n = 0;
    while (n < text.length && text[n] != 0) {
      n++;
    }
    return java.util.Arrays.copyOf(text, n);
  }

  /** Reads on, since the bytes may be counted and hashed on their way. */
  private void skip(long count) throws IOException {
    long rest = count;
    while (rest > 0) {
      int n = in.read(skipped, 0, (int) Math.min(skipped.length, rest));
      if (n < 0) {
        throw cutShort();
      }
      rest -= n;
      offset += n;
    }
  }

  private IOException damaged(String what) {
    return new IOException(
        "read archive: damaged header at offset %d: %s".formatted(headerOffset, what));
  }

  private IOException unsupported(String what) {
    return new IOException(
        "read archive: %s at offset %d is not supported".formatted(what, headerOffset));
  }

  private IOException cutShort() {
    return new IOException("read archive: cut short at offset " + offset);
  }
}
