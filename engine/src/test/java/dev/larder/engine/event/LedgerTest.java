package dev.larder.engine.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.engine.digest.Digest;
import dev.larder.engine.event.BuildEvent.How;
import dev.larder.engine.event.BuildEvent.Source;
import java.time.Instant;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

final class LedgerTest {
  private static final Instant NOW = Instant.EPOCH;
  private static final Digest RUN = Digest.ofText("run");
  private static final Digest ADD = Digest.ofText("add");

  private final Ledger ledger = new Ledger();

  private void fetched(How how, long network, long store) {
    ledger.accept(new BuildEvent.Fetched(NOW, RUN, "http://h/" + how, how, network, store, 3));
  }

  private void moved(Source source, String what, long done, long came) {
    ledger.accept(new BuildEvent.Moved(NOW, ADD, what, source, done, OptionalLong.empty(), came));
  }

  @Test
  void transfers_areCountedByHowTheyWent() {
    for (How how : How.values()) {
      fetched(how, 10, 100);
    }
    Amounts run = ledger.amounts(RUN);
    assertThat(run.network()).isEqualTo(60);
    assertThat(run.store()).isEqualTo(600);
    assertThat(run.sent()).isEqualTo(18);
    assertThat(run.downloads()).as("downloaded and passed through").isEqualTo(2);
    assertThat(run.reused()).isEqualTo(1);
    assertThat(run.checked()).isEqualTo(1);
    assertThat(run.refused()).isEqualTo(1);
    assertThat(run.failed()).isEqualTo(1);
    assertThat(ledger.amounts(ADD)).isEqualTo(Amounts.NONE);
    assertThat(ledger.total()).isEqualTo(run);
  }

  @Test
  void growingAmounts_areCountedOnce() {
    moved(Source.NETWORK, "http://h/f", 5, 5);
    moved(Source.NETWORK, "http://h/f", 20, 20);
    moved(Source.NETWORK, "http://h/f", 20, 20);
    moved(Source.NETWORK, "http://h/g", 1, 1);
    assertThat(ledger.amounts(ADD).network()).isEqualTo(21);
    assertThat(ledger.amounts(ADD).downloads()).isEqualTo(2);
  }

  @Test
  void resumedBlob_countsWhatCame() {
    moved(Source.REGISTRY, "sha256:a", 600, 100);
    moved(Source.REGISTRY, "sha256:a", 1000, 500);
    assertThat(ledger.total().registry()).isEqualTo(500);
    assertThat(ledger.total().downloaded()).isEqualTo(500);
  }

  @Test
  void transferUnderWay_isNotCountedUntilItEnds() {
    ledger.accept(new BuildEvent.Fetching(NOW, RUN, "http://h/DOWNLOADED", 7));
    assertThat(ledger.underWay(RUN)).isEqualTo(7);
    assertThat(ledger.total().network()).isZero();
    fetched(How.DOWNLOADED, 9, 0);
    assertThat(ledger.underWay(RUN)).isZero();
    assertThat(ledger.total().network()).isEqualTo(9);
  }

  @Test
  void cacheMountOfTwoSteps_isHeldOnce() {
    ledger.accept(new BuildEvent.Kept(NOW, RUN, "m2", "/root/.m2", 100, 130));
    ledger.accept(new BuildEvent.Kept(NOW, ADD, "m2", "/m2", 130, 120));
    ledger.accept(new BuildEvent.Kept(NOW, ADD, "npm", "/root/.npm", 5, 5));
    assertThat(ledger.amounts(ADD).held()).isEqualTo(135);
    assertThat(ledger.total().held()).isEqualTo(105);
    assertThat(ledger.total().filled()).isEqualTo(30);
  }

  @Test
  void stepOnTheMachinesNetwork_makesTheLedgerIncomplete() {
    assertThat(ledger.isIncomplete()).isFalse();
    ledger.accept(new BuildEvent.Uncounted(NOW, RUN));
    assertThat(ledger.isIncomplete()).isTrue();
    assertThat(ledger.isUncounted(RUN)).isTrue();
    assertThat(ledger.isUncounted(ADD)).isFalse();
  }
}
