package dev.larder.engine.store;

import dev.larder.engine.linux.Fd;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;

/**
 * Keeps finding and removing apart, among threads and processes: whoever finds a thing marks it as
 * used, whoever removes things looks at these marks, and neither sees the other half done. Any
 * number may find at the same time. Each holds the gate for a few system calls only.
 */
public final class Gate {
  private static final long POLL_MILLIS = 1; // flock would block the carrier of a virtual thread

  private final String file;

  /** A gate that is a locked file, made when it is first needed in a folder that exists. */
  public Gate(Path file) {
    this.file = file.toString();
  }

  /** What is done while the gate is held. */
  @FunctionalInterface
  public interface Work<T> {
    T run() throws IOException;
  }

  /** Finds and marks, while nobody removes. */
  public <T> T finding(Work<T> work) throws IOException {
    return holding(false, work);
  }

  /** Looks at marks and removes, while nobody finds. */
  public <T> T removing(Work<T> work) throws IOException {
    return holding(true, work);
  }

  private <T> T holding(boolean alone, Work<T> work) throws IOException {
    try (Fd fd = Fd.open(file, Fd.READ_WRITE | Fd.CREATE | Fd.NOFOLLOW, 0600)) {
      while (!fd.tryLock(alone)) {
        try {
          Thread.sleep(POLL_MILLIS);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new InterruptedIOException("wait for " + file + ": interrupted");
        }
      }
      return work.run();
    }
  }
}
