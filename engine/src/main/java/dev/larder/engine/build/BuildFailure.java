package dev.larder.engine.build;

import dev.larder.engine.check.Finding;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A build that can't be done as it was asked for, with everything that the user needs to mend it.
 * Its message is one line; the rest is for showing around it.
 */
public final class BuildFailure extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient Optional<Step> step;
  private final transient List<String> excerpts;
  private final transient List<Finding> findings;

  /**
   * The step that failed.
   *
   * @param name {@code [2/3] RUN make}
   * @param log the last lines that it wrote
   */
  public record Step(String name, List<String> log) {
    public Step {
      log = List.copyOf(log);
    }
  }

  BuildFailure(String message, List<String> excerpts, Optional<Step> step, Throwable cause) {
    this(message, excerpts, step, List.of(), cause);
  }

  BuildFailure(String message, List<String> excerpts) {
    this(message, excerpts, Optional.empty(), List.of(), null);
  }

  private BuildFailure(
      String message,
      List<String> excerpts,
      Optional<Step> step,
      List<Finding> findings,
      @Nullable Throwable cause) {
    super(message, cause);
    this.excerpts = List.copyOf(excerpts);
    this.step = step;
    this.findings = List.copyOf(findings);
  }

  /** The same, with what checks found until then. */
  BuildFailure with(List<Finding> found) {
    BuildFailure whole =
        new BuildFailure(String.valueOf(getMessage()), excerpts, step, found, getCause());
    whole.setStackTrace(getStackTrace());
    return whole;
  }

  /** What checks found in the Dockerfile before the build failed. */
  public List<Finding> findings() {
    return findings;
  }

  /** The step that failed, if it was one. */
  public Optional<Step> step() {
    return step;
  }

  /** Messages with their place and lines of the Dockerfile, ready to print. */
  public List<String> excerpts() {
    return excerpts;
  }
}
