package dev.larder.engine.compose;

import java.nio.file.Path;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;

/**
 * What compose files describe.
 *
 * @param name of letters, digits, {@code -} and {@code _}
 * @param folder relative paths start here
 * @param files the files that were read, in order
 * @param services all of them by name, those of inactive profiles too
 * @param volumes the names that volumes have on this machine, by their keys
 * @param external those of them that the project uses and does not own, by their keys
 * @param warnings what the user should know
 */
public record Project(
    String name,
    Path folder,
    List<Path> files,
    SequencedMap<String, Service> services,
    SequencedMap<String, String> volumes,
    Set<String> external,
    List<String> warnings) {
  /** The services that belong to no profile, or to an active one. */
  public List<String> active(Set<String> profiles) {
    return services.values().stream()
        .filter(s -> s.profiles().isEmpty() || s.profiles().stream().anyMatch(profiles::contains))
        .map(Service::name)
        .toList();
  }
}
