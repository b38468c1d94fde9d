package dev.larder.engine.solve;

import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;

/** The threads of a solver: one for each vertex that is looked at or made. */
final class Work implements AutoCloseable {
  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("solve-", 0).factory());

  /** A vertex below failed; it has said so itself. */
  static final class BelowFailed extends IOException {
    private static final long serialVersionUID = 1L;

    BelowFailed(IOException cause) {
      super(cause.getMessage(), cause);
    }
  }

  <T> Future<T> submit(Callable<T> work) {
    try {
      return threads.submit(work);
    } catch (RejectedExecutionException afterFailure) {
      FutureTask<T> cancelled =
          new FutureTask<>(
              () -> {
                throw new InterruptedException("the build is over");
              });
      cancelled.run();
      return cancelled;
    }
  }

  static <T> T await(Future<T> future) throws IOException, InterruptedException {
    try {
      return future.get();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case BelowFailed below -> throw below;
        case IOException io -> throw new BelowFailed(io);
        case InterruptedException interrupted -> throw interrupted;
        case RuntimeException bug -> throw bug;
        case Error error -> throw error;
        case null, default -> throw new IllegalStateException(e.getCause());
      }
    }
  }

  /** Interrupts what is under way and takes nothing more. */
  void stop() {
    threads.shutdownNow();
  }

  /** Stops, and waits for the end. */
  @Override
  public void close() {
    threads.shutdownNow();
    threads.close();
  }
}
