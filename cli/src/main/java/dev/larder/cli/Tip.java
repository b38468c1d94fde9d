package dev.larder.cli;

import dev.larder.cli.progress.Amount;
import dev.larder.engine.build.BuildResult;
import dev.larder.engine.event.Waste;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The one line that a summary says of what was downloaded in vain. */
final class Tip {
  private static final int NAME = 48;

  private Tip() {}

  /** The finding of the most bytes, if there is any. */
  static Optional<String> of(Collection<BuildResult> builds) {
    List<Waste> all = builds.stream().flatMap(build -> build.waste().stream()).toList();
    return all.stream()
        .max(Comparator.comparingLong(Waste::bytes))
        .map(most -> line(most, all.size() - 1));
  }

  /**
   * {@code tip: [2/2] RUN pip install torch: downloaded 312 MB, no cache mount keeps what pip
   * downloads; RUN --mount=type=cache,target=/root/.cache/pip (1 more in the build record)}.
   */
  static String line(Waste waste, int more) {
    // What is called says more than the flags before it, which are long and much alike.
    String name = waste.step().replaceFirst("(\\] RUN )(?:--\\S+\\s+)+", "$1");
    String text = waste.text();
    return "tip: "
        + (name.length() > NAME ? name.substring(0, NAME - 1).strip() + "…" : name)
        + ": downloaded "
        + Amount.spaced(waste.bytes())
        + ", "
        + text
        + "; "
        + waste.hint()
        + (more > 0 ? " (" + more + " more in the build record)" : "");
  }
}
