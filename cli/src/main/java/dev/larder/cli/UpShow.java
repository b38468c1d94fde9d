package dev.larder.cli;

import dev.larder.engine.compose.Project;
import dev.larder.engine.compose.Rebuild;
import dev.larder.engine.compose.Service;
import dev.larder.engine.service.RunnableImage;
import dev.larder.engine.service.Services;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Predicate;

/** Shows what {@code up} does in docker compose's words, and hands logs to a follower. */
final class UpShow implements Rebuild.Listener {
  private final Project project;
  private final Services services;
  private final BuildShow builds;
  private final ContainerLines lines;
  private final LogFollower logs;
  private final Predicate<String> attached;
  private final boolean starts;

  /**
   * @param attached which services' logs are shown
   * @param starts whether containers are started, not only made
   */
  UpShow(
      Project project,
      Services services,
      BuildShow builds,
      ContainerLines lines,
      LogFollower logs,
      Predicate<String> attached,
      boolean starts) {
    this.project = project;
    this.services = services;
    this.builds = builds;
    this.lines = lines;
    this.logs = logs;
    this.attached = attached;
    this.starts = starts;
  }

  private String container(Service service) {
    return service.containerName().orElse(project.name() + "-" + service.name() + "-1");
  }

  private void say(Service service, String word) {
    builds.close();
    lines.container(container(service), word);
  }

  private void follow(Service service, boolean fromNow) {
    if (attached.test(service.name())) {
      try {
        var log = services.logSinceStart(project.name(), service.name());
        if (fromNow) {
          log.skipAll();
        }
        logs.add(service.name() + "-1", log);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
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
    say(service, starts ? "Running" : "Created");
    follow(service, true);
  }

  @Override
  public void starting(Service service, boolean replaces) {
    say(service, replaces ? "Recreate" : starts ? "Starting" : "Creating");
  }

  @Override
  public void restarting(Service service, Path file) {
    say(service, "Restarting");
  }

  @Override
  public void started(Service service, boolean replaces) {
    if (replaces) {
      say(service, "Recreated");
      if (starts) {
        say(service, "Starting");
      }
    }
    if (starts || !replaces) {
      say(service, starts ? "Started" : "Created");
    }
    if (starts) {
      follow(service, false);
    }
  }

  @Override
  public void waiting(Service service) {
    say(service, "Waiting");
  }

  @Override
  public void log(Service service, String text) {
    try {
      logs.write();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A job that others wait for is done; any other is well. */
  @Override
  public void ready(Service service, Duration took) {
    boolean job =
        project.services().values().stream()
            .anyMatch(
                other -> other.dependsOn().get(service.name()) == Service.Condition.COMPLETED);
    say(service, job ? "Exited" : "Healthy");
  }
}
