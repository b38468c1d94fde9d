package dev.larder.engine.service;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The times that a {@link LogClock} noted. */
final class LogTimes {
  private final Path file;
  private final TreeMap<Long, Instant> bySize = new TreeMap<>();
  private long read;

  private LogTimes(Path file) {
    this.file = file;
  }

  static LogTimes of(Path file) throws IOException {
    LogTimes times = new LogTimes(file);
    times.refresh();
    return times;
  }

  private void refresh() throws IOException {
    String text;
    try {
      text = Files.readString(file);
    } catch (NoSuchFileException e) {
      return;
    }
    int end = text.lastIndexOf('\n') + 1; // the last line may be half written
    if (end < read) { // of a new container
      bySize.clear();
      read = 0;
    }
    for (String line : text.substring((int) read, end).split("\n")) {
      int space = line.indexOf(' ');
      if (space > 0) {
        bySize.putIfAbsent(
            Long.parseLong(line.substring(0, space)),
            Instant.ofEpochMilli(Long.parseLong(line.substring(space + 1))));
      }
    }
    read = end;
  }

  /** When the byte at an offset was written; nothing if that was not noted, or not yet. */
  Optional<Instant> of(long offset) throws IOException {
    Map.Entry<Long, Instant> entry = bySize.higherEntry(offset);
    if (entry == null) {
      refresh();
      entry = bySize.higherEntry(offset);
    }
    return Optional.ofNullable(entry).map(Map.Entry::getValue);
  }

  /** How long the log was at a time. */
  long sizeAt(Instant time) {
    long size = 0;
    for (Map.Entry<Long, Instant> entry : bySize.entrySet()) {
      if (entry.getValue().isAfter(time)) {
        break;
      }
      size = entry.getKey();
    }
    return size;
  }
}
