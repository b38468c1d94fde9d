package dev.larder.engine.service;

import dev.larder.engine.linux.Fd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A lock that goes with the process that holds it, whatever happens to it. */
final class FileLock implements AutoCloseable {
  private static final int PAUSE_MILLIS = 5;

  private final Fd fd;

  private FileLock(Fd fd) {
    this.fd = fd;
  }

  /** Takes it, or nothing if another has it. */
  static Optional<FileLock> tryTake(Path file) throws IOException {
    Path folder = file.getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    Fd fd = Fd.open(file.toString(), Fd.READ_WRITE | Fd.CREATE, 0644);
    if (fd.tryLock(true)) {
      return Optional.of(new FileLock(fd));
    }
    fd.close();
    return Optional.empty();
  }

  /** Waits for it. */
  static FileLock take(Path file) throws IOException, InterruptedException {
    Optional<FileLock> lock = tryTake(file);
    while (lock.isEmpty()) {
      Thread.sleep(PAUSE_MILLIS);
      lock = tryTake(file);
    }
    return lock.get();
  }

  @Override
  public void close() {
    fd.close();
  }
}
