package dev.larder.engine.build;

import dev.larder.engine.event.Amounts;
import dev.larder.engine.event.Reason;
import dev.larder.engine.history.BuildRecord;
import java.util.List;

/**
 * What a build would do, as far as it can be known without running anything.
 *
 * @param steps inputs before what uses them
 */
public record Forecast(List<Step> steps) {
  public Forecast {
    steps = List.copyOf(steps);
  }

  /** How many instructions have this fate. */
  public long count(Fate fate) {
    return steps.stream()
        .filter(step -> step.step().place().number() > 0 && step.fate() == fate)
        .count();
  }

  /** What becomes of a step. */
  public enum Fate {
    /** An earlier result is taken, also where nobody has to look at the step at all. */
    REUSED("reuse"),
    RUNS("run"),
    /** It depends on what comes out of a step that runs: with the same files it is reused. */
    MAY_RUN("maybe");

    private final String word;

    Fate(String word) {
      this.word = word;
    }

    public String word() {
      return word;
    }
  }

  /**
   * A vertex.
   *
   * @param step as a record has it, without times and bytes
   * @param fate what becomes of it
   * @param reasons why it runs, the first cause first
   * @param fetched what is not on this machine and would be fetched before anything runs
   * @param last where its bytes came from when it ran last; nothing if that is not known
   */
  public record Step(
      BuildRecord.Step step, Fate fate, List<Reason> reasons, List<Missing> fetched, Amounts last) {
    public Step {
      reasons = List.copyOf(reasons);
      fetched = List.copyOf(fetched);
    }
  }

  /**
   * Something that is not on this machine.
   *
   * @param what a layer's digest, a URL
   * @param bytes how many; -1 where only the server knows
   */
  public record Missing(String what, long bytes) {}
}
