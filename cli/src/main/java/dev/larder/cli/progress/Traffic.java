package dev.larder.cli.progress;

import dev.larder.engine.event.Amounts;
import dev.larder.engine.event.BuildEvent;

/** Lines that tell where a step's bytes came from. */
final class Traffic {
  private Traffic() {}

  /** {@code cache mount /root/.m2: 287 MB, +5.2 MB}. */
  static String kept(BuildEvent.Kept kept) {
    long more = kept.after() - kept.before();
    return "cache mount "
        + kept.target()
        + ": "
        + Amount.spaced(kept.after())
        + (more < 0 ? ", -" : ", +")
        + Amount.spaced(Math.abs(more));
  }

  /** What a step that goes on has fetched; bytes under way may yet turn out to be the store's. */
  static String network(Amounts amounts, long underWay) {
    return network(amounts) + (underWay > 0 ? "; " + Amount.spaced(underWay) + " under way" : "");
  }

  /** {@code network: 1.1 GB downloaded, 52 files; reused 0 B; checked 3 URLs}. */
  static String network(Amounts amounts) {
    StringBuilder text = new StringBuilder("network: ");
    text.append(Amount.spaced(amounts.network())).append(" downloaded");
    if (amounts.downloads() > 0) {
      text.append(", ").append(Amount.count(amounts.downloads(), "file"));
    }
    text.append("; reused ").append(Amount.spaced(amounts.store()));
    if (amounts.checked() > 0) {
      text.append("; checked ").append(Amount.count(amounts.checked(), "URL"));
    }
    if (amounts.refused() > 0) {
      text.append("; ").append(amounts.refused()).append(" refused");
    }
    if (amounts.failed() > 0) {
      text.append("; ").append(amounts.failed()).append(" failed");
    }
    return text.toString();
  }
}
