package dev.larder.engine.plan;

import dev.larder.engine.dockerfile.Diagnostic;
import dev.larder.engine.dockerfile.DockerfileException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What is wrong with a Dockerfile, gathered while it is planned. */
final class Problems {
  /** What BuildKit looks at one after the other, each for all stages, and stops at the first. */
  enum Phase {
    /** The words of each FROM. */
    FROM,
    /** Which stage is asked for. */
    TARGET,
    /** Stages that need each other. */
    ORDER,
    /** What stages stand on. */
    BASE,
    /** Instructions. */
    STEP
  }

  private record Problem(Phase phase, Diagnostic diagnostic) {
    int place() {
      return diagnostic.span().start();
    }
  }

  private final List<Problem> problems = new ArrayList<>();

  boolean isEmpty() {
    return problems.isEmpty();
  }

  void add(Phase phase, DockerfileException e) {
    e.diagnostics().forEach(diagnostic -> problems.add(new Problem(phase, diagnostic)));
  }

  /**
   * Ends the plan if there are any.
   *
   * @throws DockerfileException with the one that BuildKit would tell, then the others by place
   */
  void raise() throws DockerfileException {
    Comparator<Problem> byPlace = Comparator.comparingInt(Problem::place);
    List<Problem> left = new ArrayList<>(problems);
    left.sort(Comparator.comparing(Problem::phase).thenComparing(byPlace));
    if (!left.isEmpty()) {
      Problem first = left.removeFirst();
      left.sort(byPlace);
      List<Diagnostic> all = new ArrayList<>(List.of(first.diagnostic()));
      left.forEach(problem -> all.add(problem.diagnostic()));
      throw new DockerfileException(all);
    }
  }
}
