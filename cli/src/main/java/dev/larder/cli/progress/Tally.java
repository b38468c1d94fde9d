package dev.larder.cli.progress;

import dev.larder.engine.event.Amounts;

/**
 * What builds did, in the words of a summary.
 *
 * @param steps instructions there were
 * @param reused how many of them came from earlier builds
 * @param amounts where bytes came from
 * @param incomplete whether some step's own downloads are not among them
 */
public record Tally(int steps, int reused, Amounts amounts, boolean incomplete) {
  public static final Tally NONE = new Tally(0, 0, Amounts.NONE, false);

  public Tally and(Tally other) {
    return new Tally(
        steps + other.steps,
        reused + other.reused,
        amounts.and(other.amounts),
        incomplete || other.incomplete);
  }

  /**
   * {@code 5 steps reused, 6 run; downloaded 5.2 MB, reused 1.1 GB, checked 31 URLs}: what is none
   * is left out, except what was downloaded.
   */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    text.append(Amount.steps(reused)).append(" reused, ").append(steps - reused).append(" run; ");
    text.append("downloaded ").append(Amount.spaced(amounts.downloaded()));
    if (amounts.store() > 0) {
      text.append(", reused ").append(Amount.spaced(amounts.store()));
    }
    if (amounts.checked() > 0) {
      text.append(", checked ").append(Amount.count(amounts.checked(), "URL"));
    }
    if (amounts.held() > 0) {
      text.append(", ").append(Amount.spaced(amounts.held())).append(" in cache mounts");
    }
    if (incomplete) {
      text.append(" (not counting steps on the host's network)");
    }
    return text.toString();
  }
}
