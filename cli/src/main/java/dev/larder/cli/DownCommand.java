package dev.larder.cli;

import dev.larder.engine.build.Engine;
import dev.larder.engine.compose.Project;
import dev.larder.engine.compose.Service;
import dev.larder.engine.oci.ImageName;
import dev.larder.engine.service.ServiceStatus;
import dev.larder.engine.service.Services;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code larder down}: stops and removes what {@code up} and {@code rebuild} made. */
final class DownCommand implements Command {
  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage()
        .description("Stops services, removes their containers and their network; -v their data.");
    ServiceSetup.addTo(spec);
    spec.addOption(Options.flag("Remove the project's volumes, too", "-v", "--volumes"));
    spec.addOption(
        Options.value(
            "WHICH", "Remove images: local (those built without a name) or all", "--rmi"));
    spec.addOption(
        Options.flag("Remove containers of services no longer there", "--remove-orphans"));
    spec.addOption(Options.value("SECONDS", "Time to stop before it is killed", "-t", "--timeout"));
    spec.addPositional(Options.arguments("SERVICE", "0..*", "Services; none is all"));
  }

  @Override
  public int run(ParseResult given, Invocation invocation)
      throws UsageException, FailureException, IOException, InterruptedException {
    Optional<Boolean> allImages = allImages(Options.one(given, "rmi"));
    Optional<java.time.Duration> grace = ServiceSetup.duration(given, "timeout");
    Project project = ServiceSetup.project(given, invocation);
    Services services = ServiceSetup.services(invocation);
    ContainerLines lines = new ContainerLines(invocation.err(), false);
    Running running = new Running(project, services, lines, grace);
    List<String> named = ServiceSetup.known(Options.arguments(given), project);
    List<String> names =
        new ArrayList<>(
            running.all().stream()
                .map(ServiceStatus::service)
                .filter(name -> named.isEmpty() || named.contains(name))
                .toList());
    if (!Options.on(given, "remove-orphans")) {
      names.removeAll(running.orphans());
    }
    Set<String> volumes = new TreeSet<>();
    if (Options.on(given, "volumes")) {
      volumes.addAll(volumes(project, services, names, named.isEmpty()));
    }
    running.remove(names);
    for (String volume : volumes) {
      if (services.removeVolume(volume)) {
        lines.volume(volume, "Removed");
      }
    }
    if (allImages.isPresent()) {
      removeImages(project, named, allImages.get(), invocation, lines);
    }
    if (running.all().isEmpty() && services.removeNetwork(project.name())) {
      lines.network(project.name(), "Removed");
    }
    return Larder.OK;
  }

  private static Optional<Boolean> allImages(Optional<String> word) throws UsageException {
    if (word.isPresent() && !Set.of("local", "all").contains(word.get())) {
      throw new UsageException("--rmi " + word.get() + ": expected local or all");
    }
    return word.map("all"::equals);
  }

  /** The project's own ones, and those without a name that its containers have. */
  private static Set<String> volumes(
      Project project, Services services, List<String> names, boolean all) throws IOException {
    Set<String> volumes = new TreeSet<>();
    for (String name : names) {
      volumes.addAll(services.volumes(project.name(), name));
    }
    volumes.removeIf(volume -> project.volumes().containsValue(volume));
    if (all) {
      for (Map.Entry<String, String> volume : project.volumes().entrySet()) {
        if (!project.external().contains(volume.getKey())) {
          volumes.add(volume.getValue());
        }
      }
    }
    return volumes;
  }

  private static void removeImages(
      Project project, List<String> named, boolean all, Invocation invocation, ContainerLines lines)
      throws IOException {
    try (Engine engine = invocation.openEngine()) {
      for (Service service : project.services().values()) {
        boolean wanted = named.isEmpty() || named.contains(service.name());
        if (wanted && (all || service.image().isEmpty())) {
          String name = service.image().orElse(project.name() + "-" + service.name());
          if (engine.images().remove(ImageName.parse(name).withDefaultTag())) {
            lines.image(name, "Removed");
          }
        }
      }
    }
  }
}
