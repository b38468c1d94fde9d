package dev.larder.engine.exec;

import java.util.OptionalInt;

/**
 * How a step's process ended.
 *
 * @param exitCode 0 to 255; 128 and the signal's number if a signal ended it
 * @param outOfMemory whether it was killed while the kernel was killing for want of memory
 */
public record Finished(int exitCode, boolean outOfMemory) {
  private static final int MOST_SIGNALS = 64;

  public boolean succeeded() {
    return exitCode == 0;
  }

  /** The signal that ended it, as the exit code tells by convention. */
  public OptionalInt signal() {
    return exitCode > 128 && exitCode <= 128 + MOST_SIGNALS
        ? OptionalInt.of(exitCode - 128)
        : OptionalInt.empty();
  }
}
