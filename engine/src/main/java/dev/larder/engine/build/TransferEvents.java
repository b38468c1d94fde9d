package dev.larder.engine.build;

import dev.larder.engine.digest.Digest;
import dev.larder.engine.event.BuildEvent;
import dev.larder.engine.event.BuildEvent.How;
import dev.larder.engine.event.Events;
import dev.larder.engine.fetch.Transfer;
import java.time.Clock;

/** Tells of the transfers of one step as events of its vertex. */
final class TransferEvents implements Transfer.Log {
  private final Digest vertex;
  private final Events events;
  private final Clock clock;

  TransferEvents(Digest vertex, Events events, Clock clock) {
    this.vertex = vertex;
    this.events = events;
    this.clock = clock;
  }

  @Override
  public void ended(Transfer transfer) {
    How how =
        switch (transfer.how()) {
          case DOWNLOADED -> How.DOWNLOADED;
          case REUSED -> How.REUSED;
          case CHECKED -> How.CHECKED;
          case PASSED -> How.PASSED;
          case REFUSED -> How.REFUSED;
          case FAILED -> How.FAILED;
        };
    events.accept(
        new BuildEvent.Fetched(
            clock.instant(),
            vertex,
            transfer.url(),
            how,
            transfer.network(),
            transfer.store(),
            transfer.sent()));
  }

  @Override
  public void moving(String url, Transfer.How how, long done, long total) {
    events.accept(new BuildEvent.Fetching(clock.instant(), vertex, url, done));
  }
}
