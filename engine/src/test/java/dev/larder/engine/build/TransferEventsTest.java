package dev.larder.engine.build;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.engine.digest.Digest;
import dev.larder.engine.event.BuildEvent;
import dev.larder.engine.event.Ledger;
import dev.larder.engine.fetch.Transfer;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class TransferEventsTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final Digest STEP = Digest.ofText("step");

  private final List<BuildEvent> events = new ArrayList<>();
  private final TransferEvents log =
      new TransferEvents(STEP, events::add, Clock.fixed(NOW, ZoneOffset.UTC));

  @ParameterizedTest
  @EnumSource
  void everyWayOfATransfer_hasItsEvent(Transfer.How how) {
    log.ended(new Transfer("http://h/f", how, 10, 20, 30));
    BuildEvent.How same = BuildEvent.How.valueOf(how.name());
    assertThat(events)
        .containsExactly(new BuildEvent.Fetched(NOW, STEP, "http://h/f", same, 10, 20, 30));
  }

  @Test
  void transferUnderWay_countsOnceItHasEnded() {
    log.moving("http://h/f", Transfer.How.DOWNLOADED, 7, -1);
    Ledger ledger = new Ledger();
    events.forEach(ledger::accept);
    assertThat(ledger.underWay(STEP)).isEqualTo(7);
    assertThat(ledger.amounts(STEP).network()).isZero();
    log.ended(new Transfer("http://h/f", Transfer.How.DOWNLOADED, 9, 0, 0));
    ledger.accept(events.getLast());
    assertThat(ledger.underWay(STEP)).isZero();
    assertThat(ledger.amounts(STEP).network()).isEqualTo(9);
  }
}
