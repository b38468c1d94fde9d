package dev.larder.cli.progress;

import dev.larder.engine.event.BuildEvent;
import dev.larder.engine.event.Events;
import java.time.Instant;

/** Shows a build while it goes on. Its methods may be called from any thread. */
public sealed interface Progress extends Events, AutoCloseable
    permits PlainProgress, TtyProgress, RawJsonProgress, Progress.Quiet {
  /** Time went by, and perhaps nothing else; called a few times a second. */
  void tick(Instant now);

  /** Shows what is left to show and leaves the terminal as it was. */
  @Override
  void close();

  /** Shows nothing. */
  record Quiet() implements Progress {
    @Override
    public void accept(BuildEvent event) {}

    @Override
    public void tick(Instant now) {}

    @Override
    public void close() {}
  }
}
