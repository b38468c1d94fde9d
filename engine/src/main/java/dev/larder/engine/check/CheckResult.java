package dev.larder.engine.check;

import dev.larder.engine.dockerfile.Diagnostic;
import dev.larder.engine.dockerfile.Source;
import java.util.List;

/**
 * What a check of a Dockerfile came to.
 *
 * @param source the file
 * @param findings what rules found, by place
 * @param errors why it can't be built, if so; one without a place has an empty span
 */
public record CheckResult(Source source, List<Finding> findings, List<Diagnostic> errors) {
  /** Copies the lists. */
  public CheckResult {
    findings = List.copyOf(findings);
    errors = List.copyOf(errors);
  }

  /** Whether there is nothing to say. */
  public boolean isClean() {
    return findings.isEmpty() && errors.isEmpty();
  }
}
