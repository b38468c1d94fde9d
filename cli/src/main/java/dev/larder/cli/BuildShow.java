package dev.larder.cli;

import dev.larder.cli.progress.Progress;
import dev.larder.engine.build.BuildResult;
import dev.larder.engine.check.Finding;
import dev.larder.engine.compose.Service;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Shows the builds of services, one after the other, and keeps what they came to. */
final class BuildShow implements AutoCloseable {
  private final ProgressChoice choice;
  private final Invocation invocation;
  private final Map<String, BuildResult> results = new LinkedHashMap<>();
  private @Nullable Ticker ticker;

  BuildShow(ProgressChoice choice, Invocation invocation) {
    this.choice = choice;
    this.invocation = invocation;
  }

  /** The progress of the next build. */
  Progress open() {
    close();
    Progress made = choice.open(invocation);
    ticker = Ticker.start(made, invocation.clock());
    return made;
  }

  void result(Service service, BuildResult result) {
    results.put(service.name(), result);
  }

  Map<String, BuildResult> results() {
    return results;
  }

  /** A line for people, after the progress before it. */
  void say(String text) {
    close();
    if (choice.isSpoken()) {
      invocation.err().println(text);
    }
  }

  void building(Service service) {
    say("building " + service.name());
  }

  void built(Service service) {
    @Nullable BuildResult result = results.get(service.name());
    close();
    if (result != null) {
      say(BuildCommand.summary(result, List.of()));
      found(result.findings());
    }
  }

  /** What checks found in the Dockerfile that was built, or could not be. */
  void found(List<Finding> findings) {
    close();
    if (choice.isSpoken()) {
      CheckReport.afterBuild(findings, invocation.err());
    }
  }

  /** Ends the progress of the last build. */
  @Override
  public void close() {
    if (ticker != null) {
      ticker.close();
      ticker = null;
    }
  }
}
