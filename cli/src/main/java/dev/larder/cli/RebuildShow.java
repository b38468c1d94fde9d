package dev.larder.cli;

import dev.larder.cli.progress.Amount;
import dev.larder.engine.compose.Rebuild;
import dev.larder.engine.compose.Service;
import dev.larder.engine.service.RunnableImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** Shows a rebuild: builds by their progress, and logs with the service's name before each line. */
final class RebuildShow implements Rebuild.Listener, AutoCloseable {
  private final ProgressChoice choice;
  private final Invocation invocation;
  private final BuildShow builds;
  private final Map<String, PrefixedLines> logs = new LinkedHashMap<>();

  RebuildShow(ProgressChoice choice, Invocation invocation) {
    this.choice = choice;
    this.invocation = invocation;
    this.builds = new BuildShow(choice, invocation);
  }

  BuildShow builds() {
    return builds;
  }

  @Override
  public void building(Service service) {
    builds.building(service);
  }

  @Override
  public void built(Service service, RunnableImage image, Duration took) {
    builds.built(service);
  }

  @Override
  public void unchanged(Service service) {
    builds.say(service.name() + ": unchanged");
  }

  @Override
  public void starting(Service service, boolean replaces) {
    builds.say(service.name() + (replaces ? ": replacing its container" : ": starting"));
  }

  @Override
  public void restarting(Service service, Path file) {
    builds.say(service.name() + ": restarting, since " + file + " changed");
  }

  @Override
  public void started(Service service, boolean replaces) {}

  @Override
  public void waiting(Service service) {}

  @Override
  public void log(Service service, String text) {
    if (choice.isSpoken()) {
      try {
        logs.computeIfAbsent(service.name(), _ -> new PrefixedLines(invocation.err()))
            .write(text.getBytes(StandardCharsets.UTF_8), _ -> service.name() + " | ");
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      invocation.err().flush();
    }
  }

  @Override
  public void ready(Service service, Duration took) {
    endLines();
    builds.say(service.name() + ": well after " + Amount.spoken(took));
  }

  private void endLines() {
    logs.values().forEach(PrefixedLines::end);
  }

  @Override
  public void close() {
    builds.close();
    endLines();
  }
}
