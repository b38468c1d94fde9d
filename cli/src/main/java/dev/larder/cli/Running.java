package dev.larder.cli;

import dev.larder.engine.compose.Project;
import dev.larder.engine.compose.StartOrder;
import dev.larder.engine.service.ServiceStatus;
import dev.larder.engine.service.Services;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * The containers of a project that are there. What others depend on is stopped after them: a
 * database waits for those who use it. Those that have nothing to do with each other stop at once.
 *
 * @param grace how long a container may take to stop; nothing is what it says itself
 */
record Running(Project project, Services services, ContainerLines lines, Optional<Duration> grace) {
  /** All services that have a container, of the compose file or not. */
  List<ServiceStatus> all() throws IOException {
    return services.list().stream()
        .filter(status -> status.project().equals(project.name()))
        .toList();
  }

  private List<String> names() throws IOException {
    return all().stream().map(ServiceStatus::service).toList();
  }

  /** Containers of services that the compose file no longer has; one-off ones are not meant. */
  List<String> orphans() throws IOException {
    return names().stream()
        .filter(name -> !project.services().containsKey(name) && !OneOff.isName(name))
        .toList();
  }

  void removeOrphans() throws IOException, InterruptedException {
    remove(orphans());
  }

  void stopAll() throws IOException, InterruptedException {
    stop(names());
  }

  /** Stops services; those that don't run are left alone. */
  void stop(Collection<String> names) throws IOException, InterruptedException {
    forEach(names, this::stop);
  }

  private Void stop(ServiceStatus status) throws IOException, InterruptedException {
    if (status.isActive()) {
      lines.container(status.containerName(), "Stopping");
      services.stop(status.project(), status.service(), grace);
      lines.container(status.containerName(), "Stopped");
    }
    return null;
  }

  /** Stops services and removes their containers. */
  void remove(Collection<String> names) throws IOException, InterruptedException {
    forEach(
        names,
        status -> {
          stop(status);
          lines.container(status.containerName(), "Removing");
          services.remove(status.project(), status.service());
          lines.container(status.containerName(), "Removed");
          return null;
        });
  }

  /** What is done about a service. */
  private interface Act {
    Void to(ServiceStatus status) throws IOException, InterruptedException;
  }

  private void forEach(Collection<String> names, Act act) throws IOException, InterruptedException {
    for (List<String> level : StartOrder.levels(project.services(), names).reversed()) {
      List<Callable<Void>> acts = new ArrayList<>();
      for (String name : level) {
        Optional<ServiceStatus> status = services.find(project.name(), name);
        if (status.isPresent()) {
          acts.add(() -> act.to(status.get()));
        }
      }
      together(acts);
    }
  }

  private static void together(List<Callable<Void>> acts) throws IOException, InterruptedException {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Void> done : threads.invokeAll(acts)) {
        done.get();
      }
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
    }
  }
}
