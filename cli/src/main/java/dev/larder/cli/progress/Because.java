package dev.larder.cli.progress;

import dev.larder.engine.event.BuildEvent;
import dev.larder.engine.event.Reason;
import java.util.List;

/** Why a step runs, in one line. */
final class Because {
  private static final int SHOWN = 2;

  private Because() {}

  static String line(BuildEvent.Because because) {
    List<Reason> reasons = because.reasons();
    StringBuilder text = new StringBuilder("because: ");
    for (int i = 0; i < Math.min(SHOWN, reasons.size()); i++) {
      text.append(i == 0 ? "" : "; ").append(reasons.get(i).text());
    }
    if (reasons.size() > SHOWN) {
      text.append("; and ").append(reasons.size() - SHOWN).append(" more");
    }
    return text.toString();
  }

  /** On a screen a first build would be twice as long without telling anything. */
  static boolean isNews(BuildEvent.Because because) {
    return !because.reasons().stream().allMatch(Reason.NeverBuilt.class::isInstance);
  }
}
