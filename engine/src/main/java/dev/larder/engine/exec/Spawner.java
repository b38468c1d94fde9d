package dev.larder.engine.exec;

import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Starts processes from one platform thread that lives as long as this.
 *
 * <p>The signal that a process asks to get when its parent dies (prctl(2), PR_SET_PDEATHSIG) comes
 * when the <em>thread</em> that started it ends. Closing this therefore kills what it started.
 */
final class Spawner implements AutoCloseable {
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().name("larder-spawner").daemon(true).factory());

  /** Starts it; an interrupt is noticed by whoever waits for the process, not here. */
  Process start(ProcessBuilder builder) throws IOException {
    Future<Process> started = thread.submit(builder::start);
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return started.get();
        } catch (InterruptedException e) {
          interrupted = true; // the process must not be lost
        } catch (ExecutionException e) {
          throw new IOException("start " + builder.command().getFirst() + ": " + e.getCause(), e);
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
