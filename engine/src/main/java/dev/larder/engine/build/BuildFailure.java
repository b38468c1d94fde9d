package dev.larder.engine.build;

import java.util.List;
import java.util.Optional;

/**
 * A build that can't be done as it was asked for, with everything that the user needs to mend it.
 * Its message is one line; the rest is for showing around it.
 */
public final class BuildFailure extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient Optional<Step> step;
  private final transient List<String> excerpts;

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
    super(message, cause);
    this.excerpts = List.copyOf(excerpts);
    this.step = step;
  }

  BuildFailure(String message, List<String> excerpts) {
    super(message);
    this.excerpts = List.copyOf(excerpts);
    this.step = Optional.empty();
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
