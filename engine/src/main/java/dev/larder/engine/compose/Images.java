package dev.larder.engine.compose;

import dev.larder.engine.service.RunnableImage;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The images of services, each made once.
 *
 * @param <X> what a builder fails with
 */
final class Images<X extends Exception> {
  private final Project project;
  private final Rebuild.Builder<X> builder;
  private final Rebuild.Listener listener;

  /** An image, and how long it took. */
  record Made(RunnableImage image, Duration took) {}

  Images(Project project, Rebuild.Builder<X> builder, Rebuild.Listener listener) {
    this.project = project;
    this.builder = builder;
    this.listener = listener;
  }

  /** The images of services, and those that they are made with, by their names. */
  Map<String, Made> of(List<Service> services)
      throws X, ComposeException, IOException, InterruptedException {
    Map<String, Made> images = new LinkedHashMap<>();
    for (Service service : StartOrder.ofImages(project.services(), services)) {
      images.put(service.name(), image(service, images, services));
    }
    return images;
  }

  /** Equal builds run once. */
  private Made image(Service service, Map<String, Made> made, List<Service> order)
      throws X, ComposeException, IOException, InterruptedException {
    for (Service other : order) {
      Made same = made.get(other.name());
      if (same != null
          && service.build().isPresent()
          && other.build().equals(service.build())
          && other.image().equals(service.image())
          && service.image().isPresent()) {
        return new Made(same.image(), Duration.ZERO);
      }
    }
    Optional<RunnableImage> kept = builder.kept(project, service);
    if (kept.isPresent()) {
      return new Made(kept.get(), Duration.ZERO);
    }
    long begin = System.nanoTime();
    RunnableImage image;
    if (service.build().isPresent()) {
      listener.building(service);
      image = builder.build(project, service, service.build().get());
    } else {
      image = builder.find(project, service, ServiceSpecs.imageName(project, service));
    }
    Duration took = Duration.ofNanos(System.nanoTime() - begin);
    if (service.build().isPresent()) {
      listener.built(service, image, took);
    }
    return new Made(image, took);
  }
}
