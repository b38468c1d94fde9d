package dev.larder.engine.mount;

import dev.larder.engine.linux.Fd;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A cache mount that is held for a step; closing it lets the next one have it. The kernel lets go
 * of it if this process ends, however that happens.
 */
public final class CacheLease implements AutoCloseable {
  private final Path folder;
  private final Fd lock;
  private final boolean exclusive;

  CacheLease(Path folder, Fd lock, boolean exclusive) {
    this.folder = folder;
    this.lock = lock;
    this.exclusive = exclusive;
  }

  /** The folder that is kept. */
  public Path folder() {
    return folder;
  }

  /**
   * Names the process that uses it, so that the next holder can wait for that one's end if this
   * engine is killed: then the lock is free at once, but the dying step may still write.
   *
   * @param startTime in clock ticks since boot, as {@code Processes.startTime} has it
   */
  public void usedBy(long pid, long startTime) throws IOException {
    byte[] line =
        new LockFile.User(exclusive, pid, startTime).line().getBytes(StandardCharsets.US_ASCII);
    lock.write(line, 0, line.length); // the file is open for appending
  }

  /** The sizes of all files in it, hard links once, in bytes: some 100 ms for 50,000 files. */
  public long bytes() throws IOException {
    return FolderSize.of(folder.toString());
  }

  @Override
  public void close() {
    lock.close();
  }
}
