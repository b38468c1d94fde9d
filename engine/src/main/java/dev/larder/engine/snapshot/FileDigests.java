package dev.larder.engine.snapshot;

import dev.larder.engine.linux.Fd;
import dev.larder.engine.linux.Stat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * Digests of files that were read before, by what {@code stat} tells of them, so that an unchanged
 * tree is not read again. May be asked and told from many threads.
 *
 * <p>A file whose bytes or attributes change gets another ctime, which no program can set. But the
 * clock that stamps it ticks only every 4 ms before kernel 6.13, so a file written twice within a
 * tick looks the same: what changed less than {@link #SETTLED} before it was read is not
 * remembered, and is read again the next time.
 *
 * <p>On disk it is one file that is a hash table: a header, then slots of 136 bytes, of which those
 * with an inode of 0 are free. It is looked up as it is, without being parsed; digests of content
 * are in it as the text that they are used as, since that is quicker while the JVM is cold. Saving
 * writes a new file and renames it, so that a reader sees the old one or the new one; two processes
 * that save at the same time take turns, and each keeps what the other found. A file that is
 * damaged counts as empty.
 */
public final class FileDigests {
  /** What is remembered of a file. */
  public record Known(String content, String attributes) {}

  /** How long before it was read a file must have been left alone: some ticks of any clock. */
  public static final Duration SETTLED = Duration.ofMillis(50);

  private static final long MAGIC = 0x6c617264_73746d31L; // "lardstm1"
  private static final int HEADER = 32;
  private static final int CONTENT = 40;
  private static final int ATTRIBUTES = CONTENT + 64;
  private static final int SLOT = ATTRIBUTES + 32;

  /** What tells a file and its state. */
  private record Key(long device, long inode, long size, long mtime, long ctime) {
    static Key of(Stat stat) {
      return new Key(
          stat.device(),
          stat.inode(),
          stat.size(),
          nanos(stat.mtimeSeconds(), stat.mtimeNanos()),
          nanos(stat.ctimeSeconds(), stat.ctimeNanos()));
    }

    private static long nanos(long seconds, int nanos) {
      return seconds * 1_000_000_000L + nanos;
    }

    long mixed() {
      long hash = (inode * 0x9E3779B97F4A7C15L) ^ Long.rotateLeft(device, 32) ^ size;
      hash = (hash ^ (hash >>> 29)) * 0xBF58476D1CE4E5B9L;
      return (hash ^ (hash >>> 32)) & Long.MAX_VALUE;
    }
  }

  private final Path file;
  private final Clock clock;
  private final ByteBuffer stored;
  private final ConcurrentHashMap<Key, Known> found = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<Key, Known> used = new ConcurrentHashMap<>();

  private FileDigests(Path file, Clock clock, ByteBuffer stored) {
    this.file = file;
    this.clock = clock;
    this.stored = stored;
  }

  /**
   * Opens a memo.
   *
   * @param file need not exist, nor its folder
   * @param clock the one that the file system's times are compared with
   */
  public static FileDigests open(Path file, Clock clock) throws IOException {
    return new FileDigests(file, clock, read(file));
  }

  /** What is remembered of a file in this state. */
  public Optional<Known> find(Stat stat) {
    Key key = Key.of(stat);
    Known known = found.get(key);
    if (known == null) {
      known = find(stored, key);
      if (known != null) {
        used.put(key, known);
      }
    }
    return Optional.ofNullable(known);
  }

  /** The time to hand to {@link #remember}: taken before the file is looked at. */
  public Instant now() {
    return clock.instant();
  }

  /**
   * Remembers a file, unless it changed too shortly before.
   *
   * @param stat the state it had before and after it was read
   * @param read when it was begun to be read
   */
  public void remember(Stat stat, Instant read, Known known) {
    Instant changed = Instant.ofEpochSecond(stat.ctimeSeconds(), stat.ctimeNanos());
    if (changed.plus(SETTLED).isBefore(read)) {
      found.put(Key.of(stat), known);
    }
  }

  /** Keeps what is new. Nothing is written where nothing is. */
  public void save() throws IOException {
    if (found.isEmpty()) {
      return;
    }
    Path folder = file.resolveSibling("").toAbsolutePath();
    Files.createDirectories(folder);
    Path lockFile = folder.resolve(file.getFileName() + ".lock");
    try (Fd lock = Fd.open(lockFile.toString(), Fd.READ_WRITE | Fd.CREATE, 0600)) {
      while (!lock.tryLock(true)) {
        pause();
      }
      ByteBuffer table = merged(read(file));
      Path next = folder.resolve(file.getFileName() + ".next");
      table.putLong(16, sum(table));
      byte[] bytes = new byte[table.capacity()];
      table.get(0, bytes);
      Files.write(next, bytes);
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    }
  }

  /** All that this run used or found, and as much again of what others left. */
  private ByteBuffer merged(ByteBuffer others) {
    int own = found.size() + used.size();
    int room = own + Math.min(count(others), Math.max(own * 3, 10_000));
    ByteBuffer table = table(room);
    used.forEach((key, known) -> put(table, key, known));
    found.forEach((key, known) -> put(table, key, known));
    int left = room - own;
    for (int at = HEADER; at + SLOT <= others.capacity() && left > 0; at += SLOT) {
      if (others.getLong(at + 8) != 0) {
        Key key = key(others, at);
        if (!found.containsKey(key) && !used.containsKey(key)) {
          put(table, key, known(others, at));
          left--;
        }
      }
    }
    return table;
  }

  private static void pause() throws IOException {
    try {
      Thread.sleep(5);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new java.io.InterruptedIOException("waiting for another build to save digests");
    }
  }

  private static ByteBuffer table(int entries) {
    int wanted = Math.max(entries, 8) * 3 / 2; // so that a third is free at least
    int slots = Integer.highestOneBit(wanted - 1) * 2;
    ByteBuffer table = ByteBuffer.allocate(HEADER + slots * SLOT);
    table.putLong(0, MAGIC).putInt(8, slots);
    return table;
  }

  private static ByteBuffer read(Path file) throws IOException {
    try {
      ByteBuffer table = ByteBuffer.wrap(Files.readAllBytes(file));
      boolean whole =
          table.capacity() > HEADER
              && table.getLong(0) == MAGIC
              && Integer.bitCount(table.getInt(8)) == 1
              && HEADER + (long) table.getInt(8) * SLOT == table.capacity()
              && table.getLong(16) == sum(table);
      return whole ? table : table(0);
    } catch (NoSuchFileException e) {
      return table(0);
    }
  }

  private static long sum(ByteBuffer table) {
    CRC32 crc = new CRC32();
    crc.update(table.duplicate().position(HEADER));
    return crc.getValue();
  }

  private static int count(ByteBuffer table) {
    int count = 0;
    for (int at = HEADER; at + SLOT <= table.capacity(); at += SLOT) {
      if (table.getLong(at + 8) != 0) {
        count++;
      }
    }
    return count;
  }

  private static Key key(ByteBuffer table, int at) {
    return new Key(
        table.getLong(at),
        table.getLong(at + 8),
        table.getLong(at + 16),
        table.getLong(at + 24),
        table.getLong(at + 32));
  }

  private static Known known(ByteBuffer table, int at) {
    byte[] content = new byte[64];
    table.get(at + CONTENT, content);
    return new Known(new String(content, StandardCharsets.ISO_8859_1), attributes(table, at));
  }

  private static String attributes(ByteBuffer table, int at) {
    int from = at + ATTRIBUTES;
    long any =
        table.getLong(from)
            | table.getLong(from + 8)
            | table.getLong(from + 16)
            | table.getLong(from + 24);
    if (any == 0) {
      return TreeEntry.NONE;
    }
    byte[] attributes = new byte[32];
    table.get(from, attributes);
    return HexFormat.of().formatHex(attributes);
  }

  private static @Nullable Known find(ByteBuffer table, Key key) {
    int mask = table.getInt(8) - 1;
    int slot = (int) (key.mixed() & mask);
    for (int tries = 0; tries <= mask; tries++) {
      int at = HEADER + slot * SLOT;
      if (table.getLong(at + 8) == 0) {
        return null;
      }
      if (table.getLong(at + 8) == key.inode && key(table, at).equals(key)) {
        return known(table, at);
      }
      slot = (slot + 1) & mask;
    }
    return null;
  }

  private static void put(ByteBuffer table, Key key, Known known) {
    int mask = table.getInt(8) - 1;
    int slot = (int) (key.mixed() & mask);
    while (table.getLong(HEADER + slot * SLOT + 8) != 0) {
      slot = (slot + 1) & mask;
    }
    int at = HEADER + slot * SLOT;
    table
        .putLong(at, key.device)
        .putLong(at + 8, key.inode)
        .putLong(at + 16, key.size)
        .putLong(at + 24, key.mtime)
        .putLong(at + 32, key.ctime)
        .put(at + CONTENT, known.content.getBytes(StandardCharsets.ISO_8859_1));
    if (!known.attributes.equals(TreeEntry.NONE)) {
      table.put(at + ATTRIBUTES, HexFormat.of().parseHex(known.attributes));
    }
  }
}
