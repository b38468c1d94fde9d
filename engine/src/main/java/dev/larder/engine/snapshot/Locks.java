package dev.larder.engine.snapshot;

import dev.larder.engine.linux.Fd;
import dev.larder.engine.linux.Inodes;
import java.io.IOException;
import java.io.InterruptedIOException;

/**
 * Locks by name among threads and processes; whoever dies lets go. Waiting is by asking again,
 * since a call that blocks would hold the carrier of a virtual thread.
 *
 * @param folder where the locked files are
 */
record Locks(String folder) {
  private static final long POLL_MILLIS = 20;

  /** What is done while a lock is held. */
  interface Work<T> {
    T run() throws IOException;
  }

  /** Waits until nobody else has the lock of this name, and holds it during some work. */
  <T> T holding(String name, Work<T> work) throws IOException {
    Fd fd = take(name);
    try {
      return work.run();
    } finally {
      try (fd) {
        Inodes.removeFile(path(name)); // before the lock goes
      }
    }
  }

  private String path(String name) {
    return folder + "/" + name;
  }

  private Fd take(String name) throws IOException {
    while (true) {
      Fd fd = Fd.open(path(name), Fd.READ_WRITE | Fd.CREATE | Fd.NOFOLLOW, 0600);
      if (fd.tryLock(true)) {
        if (fd.stat().links() > 0) {
          return fd;
        }
        fd.close(); // its last holder has just removed it
        continue;
      }
      fd.close();
      try {
        Thread.sleep(POLL_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("wait for " + name + ": interrupted");
      }
    }
  }
}
