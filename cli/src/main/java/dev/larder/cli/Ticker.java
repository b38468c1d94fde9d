package dev.larder.cli;

import dev.larder.cli.progress.Progress;
import java.time.Clock;

/** Tells a progress that time goes by, and closes it in the end. */
final class Ticker implements AutoCloseable {
  private static final long PAUSE_MILLIS = 120;

  private final Progress progress;
  private final Thread thread;

  private Ticker(Progress progress, Thread thread) {
    this.progress = progress;
    this.thread = thread;
  }

  static Ticker start(Progress progress, Clock clock) {
    Thread thread =
        Thread.ofVirtual()
            .name("progress")
            .start(
                () -> {
                  try {
                    while (true) {
                      Thread.sleep(PAUSE_MILLIS);
                      progress.tick(clock.instant());
                    }
                  } catch (InterruptedException closed) {
                    Thread.currentThread().interrupt();
                  }
                });
    return new Ticker(progress, thread);
  }

  @Override
  public void close() {
    thread.interrupt();
    progress.close();
  }
}
