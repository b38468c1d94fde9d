package dev.larder.engine.archive;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.larder.engine.linux.Names;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes a tar archive whose bytes depend on nothing but the entries: ustar headers, and PAX
 * records (POSIX.1-2024, pax, "pax Interchange Format") for what they have no room for. Times are
 * whole seconds, users and groups have no names.
 *
 * <p>Headers are laid out as Go's {@code archive/tar} does, so that a layer of equal entries is
 * equal to the one that BuildKit writes. Used by one thread; the stream stays the caller's.
 */
public final class TarWriter {
  private static final byte PAX_HEADER = 'x';
  private static final byte[] ZEROS = new byte[2 * TarBlock.SIZE];
  private static final int BUFFER = 1 << 16;

  private final OutputStream out;
  private final byte[] block = new byte[TarBlock.SIZE];
  private final byte[] buffer = new byte[BUFFER];
  private String path = "";
  private long size;
  private long left;
  private int padding;

  public TarWriter(OutputStream out) {
    this.out = out;
  }

  /**
   * Writes a header; {@code size} bytes are to follow by {@link #write}.
   *
   * @throws IOException if the stream fails, or the entry before is not complete
   */
  public void entry(TarEntry entry) throws IOException {
    endEntry();
    byte[] name =
        Names.encode(entry.type() == TarEntry.Type.FOLDER ? entry.path() + "/" : entry.path());
    byte[] link = Names.encode(entry.link());
    Map<String, byte[]> records = records(entry, name, link);
    if (!records.isEmpty()) {
      writeRecords(name, records);
    }
    clear();
    int slash = records.isEmpty() ? split(name) : -1;
    if (slash > 0) {
      text(TarBlock.PREFIX, Arrays.copyOf(name, slash));
      text(TarBlock.NAME, Arrays.copyOfRange(name, slash + 1, name.length));
    } else {
      text(TarBlock.NAME, ascii(name));
    }
    block[TarBlock.TYPE] = entry.type().flag();
    text(TarBlock.LINK, ascii(link));
    number(TarBlock.MODE, entry.mode());
    number(TarBlock.UID, Integer.toUnsignedLong(entry.uid()));
    number(TarBlock.GID, Integer.toUnsignedLong(entry.gid()));
    number(TarBlock.BYTES, entry.size());
    number(TarBlock.MTIME, entry.mtimeSeconds());
    number(TarBlock.MAJOR, entry.major());
    number(TarBlock.MINOR, entry.minor());
    writeBlock();
    path = entry.path();
    size = entry.size();
    left = size;
    padding = TarBlock.padding(size);
  }

  /** Writes content of the last entry. */
  public void write(byte[] bytes, int offset, int length) throws IOException {
    if (length > left) {
      throw new IOException(
          "write archive: \"%s\" is longer than its %d bytes".formatted(path, size));
    }
    out.write(bytes, offset, length);
    left -= length;
  }

  /** Writes an entry with its content, which may be shorter or longer only by a mistake. */
  public void entry(TarEntry entry, InputStream content) throws IOException {
    entry(entry);
    for (int n = content.read(buffer); n >= 0; n = content.read(buffer)) {
      write(buffer, 0, n);
    }
    endEntry();
  }

  /** Ends the archive and flushes the stream. */
  public void finish() throws IOException {
    endEntry();
    out.write(ZEROS);
    out.flush();
  }

  private void endEntry() throws IOException {
    if (left > 0) {
      throw new IOException("write archive: \"%s\" lacks %d bytes".formatted(path, left));
    }
    out.write(ZEROS, 0, padding);
    padding = 0;
  }

  private static Map<String, byte[]> records(TarEntry entry, byte[] name, byte[] link) {
    Map<String, byte[]> records = new TreeMap<>();
    if ((!isAscii(name) || name.length > TarBlock.NAME.length()) && split(name) <= 0) {
      records.put("path", name);
    }
    if (!isAscii(link) || link.length > TarBlock.LINK.length()) {
      records.put("linkpath", link);
    }
    decimal(records, "uid", TarBlock.UID, Integer.toUnsignedLong(entry.uid()));
    decimal(records, "gid", TarBlock.GID, Integer.toUnsignedLong(entry.gid()));
    decimal(records, "size", TarBlock.BYTES, entry.size());
    decimal(records, "mtime", TarBlock.MTIME, entry.mtimeSeconds());
    entry.attributes().forEach((key, value) -> records.put(TarReader.ATTRIBUTE + key, value));
    if (!records.isEmpty() && name.length > TarBlock.NAME.length()) {
      // A header behind records does not use the prefix.
      records.put("path", name);
    }
    return records;
  }

  private static void decimal(
      Map<String, byte[]> records, String key, TarBlock.Field field, long value) {
    if (!TarBlock.fitsOctal(field, value)) {
      records.put(key, Long.toString(value).getBytes(US_ASCII));
    }
  }

  private void writeRecords(byte[] name, Map<String, byte[]> records) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    for (Map.Entry<String, byte[]> record : records.entrySet()) {
      byte[] key = Names.encode(record.getKey());
      int rest = key.length + record.getValue().length + 3; // space, equals sign, line feed
      int length = rest + Integer.toString(rest).length();
      length = rest + Integer.toString(length).length(); // the length counts its own digits
      body.writeBytes((length + " ").getBytes(US_ASCII));
      body.writeBytes(key);
      body.write('=');
      body.writeBytes(record.getValue());
      body.write('\n');
    }
    clear();
    text(TarBlock.NAME, recordsName(name));
    block[TarBlock.TYPE] = PAX_HEADER;
    number(TarBlock.MODE, 0);
    number(TarBlock.UID, 0);
    number(TarBlock.GID, 0);
    number(TarBlock.BYTES, body.size());
    number(TarBlock.MTIME, 0);
    writeBlock();
    body.writeTo(out);
    out.write(ZEROS, 0, TarBlock.padding(body.size()));
  }

  /** {@code folder/PaxHeaders.0/file}, cut to fit: only readers without PAX ever see it. */
  private static byte[] recordsName(byte[] name) {
    String text = new String(ascii(name), US_ASCII);
    int slash = text.lastIndexOf('/');
    String in = text.substring(0, slash + 1);
    String file = text.substring(slash + 1);
    String full = in + "PaxHeaders.0" + (file.isEmpty() ? "" : "/" + file);
    String cut = full.substring(0, Math.min(full.length(), TarBlock.NAME.length()));
    int end = cut.length();
    while (end > 0 && cut.charAt(end - 1) == '/') {
      end--;
    }
    return cut.substring(0, end).getBytes(US_ASCII);
  }

  /** Where a long name parts into prefix and name; -1 if it need not or can't. */
  private static int split(byte[] name) {
    int length = name.length;
    if (length <= TarBlock.NAME.length() || !isAscii(name)) {
      return -1;
    }
    if (length > TarBlock.PREFIX.length() + 1) {
      length = TarBlock.PREFIX.length() + 1;
    } else if (name[length - 1] == '/') {
      length--;
    }
    int slash = length - 1;
    while (slash >= 0 && name[slash] != '/') {
      slash--;
    }
    int rest = name.length - slash - 1;
    return slash > 0 && rest > 0 && rest <= TarBlock.NAME.length() ? slash : -1;
  }

  private static boolean isAscii(byte[] bytes) {
    for (byte b : bytes) {
      if (b <= 0) {
        return false;
      }
    }
    return true;
  }

  private static byte[] ascii(byte[] bytes) {
    if (isAscii(bytes)) {
      return bytes;
    }
    byte[] kept = new byte[bytes.length];
    int n = 0;
    for (byte b : bytes) {
      if (b > 0) {
        kept[n++] = b;
      }
    }
    return Arrays.copyOf(kept, n);
  }

  private void clear() {
    Arrays.fill(block, (byte) 0);
  }

  /** Copies what fits; a cut one does not end in a slash, by which old readers know folders. */
  private void text(TarBlock.Field field, byte[] value) {
    int n = Math.min(value.length, field.length());
    System.arraycopy(value, 0, block, field.offset(), n);
    if (value.length > n) {
      for (int i = n - 1; i > 0 && block[field.offset() + i] == '/'; i--) {
        block[field.offset() + i] = 0;
      }
    }
  }

  /** Octal digits and a zero byte; 0 where a record says it. */
  private void number(TarBlock.Field field, long value) {
    long rest = TarBlock.fitsOctal(field, value) ? value : 0;
    for (int i = field.end() - 2; i >= field.offset(); i--) {
      block[i] = (byte) ('0' + (rest & 7));
      rest >>>= 3;
    }
  }

  private void writeBlock() throws IOException {
    System.arraycopy(TarBlock.USTAR, 0, block, TarBlock.MAGIC.offset(), TarBlock.USTAR.length);
    number(new TarBlock.Field(TarBlock.CHECKSUM.offset(), 7), TarBlock.checksum(block, false));
    block[TarBlock.CHECKSUM.end() - 1] = ' ';
    out.write(block);
  }
}
