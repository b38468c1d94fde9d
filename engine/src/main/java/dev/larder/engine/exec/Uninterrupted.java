package dev.larder.engine.exec;

/** Waits that an interrupt must not cut short; it is told of afterwards. */
final class Uninterrupted {
  private Uninterrupted() {}

  /** Waits until a thread has ended; an interrupt meanwhile stands again when this returns. */
  static void join(Thread thread) {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
