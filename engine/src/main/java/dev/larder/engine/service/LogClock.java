package dev.larder.engine.service;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * Notes when a log grew: the log is the container's output itself and knows no times. What was
 * written within a tenth of a second counts as written at once.
 */
final class LogClock implements AutoCloseable {
  private static final long PAUSE_MILLIS = 100;

  private final Path log;
  private final Path times;
  private final InstantSource clock;
  private final @Nullable WatchService watcher;
  private volatile boolean closed;
  private long size;

  private LogClock(Path log, Path times, InstantSource clock, @Nullable WatchService watcher) {
    this.log = log;
    this.times = times;
    this.clock = clock;
    this.watcher = watcher;
  }

  /**
   * Begins.
   *
   * @param times where the notes go, one a line: the log's size in bytes, and milliseconds
   */
  static LogClock start(Path log, Path times, InstantSource clock) throws IOException {
    LogClock made = new LogClock(log, times, clock, watcher(log));
    made.size = Files.exists(log) ? Files.size(log) : 0;
    Thread.ofPlatform().name("larder-log-clock").daemon(true).start(made::run);
    return made;
  }

  /** A user may have few inotify instances: without one, the log is looked at now and then. */
  private static @Nullable WatchService watcher(Path log) {
    try {
      WatchService watcher = log.getFileSystem().newWatchService();
      log.resolveSibling("")
          .register(
              watcher, StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_MODIFY);
      return watcher;
    } catch (IOException e) {
      return null;
    }
  }

  private void run() {
    try {
      while (!closed) {
        if (watcher != null) {
          WatchKey key = watcher.take();
          key.pollEvents();
          key.reset();
          note();
        }
        Thread.sleep(PAUSE_MILLIS);
        note(); // what came in the pause may have been told with what came before it
      }
    } catch (ClosedWatchServiceException | InterruptedException e) {
      // The service has ended.
    } catch (IOException e) {
      System.getLogger(LogClock.class.getName())
          .log(System.Logger.Level.WARNING, "note the times of " + log, e);
    }
  }

  private synchronized void note() throws IOException {
    long now = Files.exists(log) ? Files.size(log) : 0;
    if (now != size) {
      size = now;
      Files.writeString(
          times,
          now + " " + clock.millis() + "\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    }
  }

  /** Notes what was written last, and ends. */
  @Override
  public void close() throws IOException {
    closed = true;
    if (watcher != null) {
      watcher.close();
    }
    note();
  }
}
