package dev.larder.engine.store;

import dev.larder.engine.linux.Errno;
import dev.larder.engine.linux.Fd;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Who uses the stores of a home just now: a file each, {@code SINCE-PID-N.lease}, locked while its
 * process lives. What was used since the oldest of them began is in use. The kernel lets go of a
 * lease with its process, however that ends.
 */
public final class Leases {
  private static final String SUFFIX = ".lease";
  private static final AtomicLong COUNTER = new AtomicLong();

  private final Path folder;
  private final InstantSource clock;

  private Leases(Path folder, InstantSource clock) {
    this.folder = folder;
    this.clock = clock;
  }

  /** Opens those of a folder, which is made if it is missing. */
  public static Leases open(Path folder, InstantSource clock) throws IOException {
    Files.createDirectories(folder);
    return new Leases(folder, clock);
  }

  /**
   * A lease that is held until it is closed.
   *
   * @param since when it began
   */
  public record Lease(Instant since, Path file, Fd lock) implements AutoCloseable {
    @Override
    public void close() throws IOException {
      try (lock) {
        Files.deleteIfExists(file);
      }
    }
  }

  /** Takes a lease that begins now. */
  public Lease take() throws IOException {
    long pid = ProcessHandle.current().pid();
    while (true) {
      Instant now = clock.instant();
      Path file =
          folder.resolve(now.toEpochMilli() + "-" + pid + "-" + COUNTER.incrementAndGet() + SUFFIX);
      Fd lock;
      try {
        lock = Fd.open(file.toString(), Fd.READ_WRITE | Fd.CREATE | Fd.EXCLUSIVE, 0600);
      } catch (Errno e) {
        if (e.is(Errno.EEXIST)) { // another pid namespace counts the same numbers
          continue;
        }
        throw e;
      }
      // Between the two calls somebody may have taken it for one that a killed process left.
      if (lock.tryLock(true) && lock.stat().links() == 1) {
        byte[] text = ("process " + pid + "\n").getBytes(StandardCharsets.US_ASCII);
        lock.write(text, 0, text.length);
        return new Lease(Instant.ofEpochMilli(now.toEpochMilli()), file, lock);
      }
      lock.close();
    }
  }

  /** Since when the living leases are, the oldest first; those of dead processes are removed. */
  public List<Instant> living() throws IOException {
    List<Instant> living = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + SUFFIX)) {
      for (Path file : files) {
        Optional<Instant> since = since(file);
        if (since.isPresent() && lives(file)) {
          living.add(since.get());
        }
      }
    }
    Collections.sort(living);
    return living;
  }

  private static Optional<Instant> since(Path file) {
    String name = String.valueOf(file.getFileName());
    int dash = name.indexOf('-');
    return dash > 0 && name.substring(0, dash).matches("\\d{1,18}")
        ? Optional.of(Instant.ofEpochMilli(Long.parseLong(name.substring(0, dash))))
        : Optional.empty();
  }

  private static boolean lives(Path file) throws IOException {
    try (Fd lock = Fd.open(file.toString(), Fd.READ_WRITE | Fd.NOFOLLOW, 0)) {
      if (!lock.tryLock(true)) {
        return true;
      }
      Files.deleteIfExists(file);
      return false;
    } catch (Errno e) {
      if (e.is(Errno.ENOENT)) {
        return false;
      }
      throw e;
    }
  }
}
