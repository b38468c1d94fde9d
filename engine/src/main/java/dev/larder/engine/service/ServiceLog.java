package dev.larder.engine.service;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a service's container writes, read from its log file. The file is the container's output
 * itself: bytes as they were written. When they were is noted beside it, to a tenth of a second.
 */
public final class ServiceLog {
  private static final int BUFFER = 64 << 10;

  private final Path file;
  private final LogTimes times;
  private long position;
  private long end = Long.MAX_VALUE;
  private @Nullable Object identity;

  private ServiceLog(Path file, long position) throws IOException {
    this.file = file;
    this.times = LogTimes.of(times(file));
    this.position = position;
    this.identity = identity(file);
  }

  /** The file that a log's times are noted in. */
  static Path times(Path log) {
    return log.resolveSibling(log.getFileName() + ".times");
  }

  static ServiceLog from(Path file, long position) throws IOException {
    return new ServiceLog(file, position);
  }

  /** Begins so many lines before the end; a negative number is all of it. */
  static ServiceLog tail(Path file, int lines) throws IOException {
    return new ServiceLog(file, lines < 0 ? 0 : startOfLast(file, lines));
  }

  /** Leaves out what was written before a time. */
  public void skipUntil(Instant time) {
    position = Math.max(position, times.sizeAt(time));
  }

  /** Leaves out what was written after a time. */
  public void endAt(Instant time) {
    end = times.sizeAt(time);
  }

  /** Goes to where the log ends now. */
  public void skipAll() throws IOException {
    position = Files.exists(file) ? Files.size(file) : 0;
  }

  /** How many bytes were read or left out so far: the offset of what {@link #more} gives next. */
  public long position() {
    return position;
  }

  /** When the byte at an offset was written; nothing if that was not noted yet. */
  public Optional<Instant> written(long offset) throws IOException {
    return times.of(offset);
  }

  private static long startOfLast(Path file, int lines) throws IOException {
    try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
      long length = in.length();
      long at = length;
      int found = 0;
      byte[] buffer = new byte[BUFFER];
      while (at > 0) {
        int n = (int) Math.min(BUFFER, at);
        in.seek(at - n);
        in.readFully(buffer, 0, n);
        for (int i = n - 1; i >= 0; i--) {
          boolean end = buffer[i] == '\n' && at - n + i != length - 1;
          if (end && ++found == lines) {
            return at - n + i + 1;
          }
          if (lines == 0) {
            return length;
          }
        }
        at -= n;
      }
      return 0;
    } catch (java.io.FileNotFoundException e) {
      return 0;
    }
  }

  /**
   * What was written since the last call; empty if nothing was. A container that took the place of
   * the one before has a new log, which is then read from its start.
   */
  public byte[] more() throws IOException {
    Object now = identity(file);
    if (!Objects.equals(now, identity)) {
      identity = now;
      position = 0;
    }
    try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
      long length = Math.min(in.length(), end);
      if (length <= position) {
        return new byte[0];
      }
      byte[] bytes = new byte[(int) Math.min(BUFFER, length - position)];
      in.seek(position);
      in.readFully(bytes);
      position += bytes.length;
      return bytes;
    } catch (java.io.FileNotFoundException e) {
      return new byte[0];
    }
  }

  private static @Nullable Object identity(Path file) {
    try {
      return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
    } catch (NoSuchFileException e) {
      return null;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
