package dev.larder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.engine.digest.Digest;
import dev.larder.engine.event.Waste;
import org.junit.jupiter.api.Test;

final class TipTest {
  private static Waste waste(String step) {
    return new Waste(
        Digest.ofText("v"), step, Waste.Kind.UNKEPT_DOWNLOADS, 5_200_000, "no mount", "add one");
  }

  @Test
  void tip_namesStepBytesReasonAndRemedy() {
    assertThat(Tip.line(waste("[2/2] RUN make"), 0))
        .isEqualTo("tip: [2/2] RUN make: downloaded 5.2 MB, no mount; add one");
  }

  @Test
  void furtherFindings_areCounted() {
    assertThat(Tip.line(waste("[2/2] RUN make"), 3))
        .endsWith("; add one (3 more in the build record)");
  }

  @Test
  void flagsOfTheStep_giveWayToItsCommand() {
    String step = "[build 2/2] RUN --mount=type=cache,target=/root/.npm --network=default npm ci";
    assertThat(Tip.line(waste(step), 0)).startsWith("tip: [build 2/2] RUN npm ci: ");
  }

  @Test
  void longName_isCut() {
    String line = Tip.line(waste("[2/2] RUN " + "long ".repeat(100)), 0);
    assertThat(line).startsWith("tip: [2/2] RUN long long ").contains("…: downloaded ");
    assertThat(line.indexOf(": downloaded")).isLessThan(60);
  }
}
