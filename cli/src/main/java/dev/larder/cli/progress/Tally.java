package dev.larder.cli.progress;

/**
 * What builds did, in the words of a summary.
 *
 * @param steps instructions there were
 * @param reused how many of them came from earlier builds
 * @param downloaded bytes of bases and of files that ADD fetched
 */
public record Tally(int steps, int reused, long downloaded) {
  public static final Tally NONE = new Tally(0, 0, 0);

  public Tally and(Tally other) {
    return new Tally(steps + other.steps, reused + other.reused, downloaded + other.downloaded);
  }

  /** Says what it does not know: a RUN step's own downloads go past Larder as yet. */
  @Override
  public String toString() {
    int run = steps - reused;
    return Amount.steps(reused)
        + " reused, "
        + run
        + " run, "
        + Amount.spaced(downloaded)
        + " downloaded"
        + (run == 0 ? "" : " (not counting what RUN steps fetch)");
  }
}
