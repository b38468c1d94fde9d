package dev.larder.engine.mount;

import java.io.IOException;
import java.nio.file.Path;

/** A cache mount that is held for a step; closing it lets the next one have it. */
public interface CacheLease extends AutoCloseable {
  /** The folder that is kept. */
  Path folder();

  /**
   * Names the process that uses it, so that the next holder can wait for its end even if this
   * engine is killed.
   *
   * @param startTime in clock ticks since boot, as {@code Processes.startTime} has it
   */
  void usedBy(long pid, long startTime) throws IOException;

  @Override
  void close() throws IOException;
}
