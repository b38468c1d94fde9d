package dev.larder.engine.registry;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The world as a {@link RegistryClient} sees it.
 *
 * @param certificates PEM files trusted besides what the JVM trusts
 * @param insecure hosts, with their port if any, that are asked by plain HTTP as this machine is
 * @param connectTimeout for a connection to come up
 * @param readTimeout for the next bytes to come
 * @param pause how to wait between two tries
 */
public record Settings(
    Keychain keychain,
    Proxies proxies,
    List<Path> certificates,
    Set<String> insecure,
    Duration connectTimeout,
    Duration readTimeout,
    Clock clock,
    Pause pause) {

  /** Waits. */
  @FunctionalInterface
  public interface Pause {
    void sleep(Duration duration) throws InterruptedException;
  }

  /** Copies the collections. */
  public Settings {
    certificates = List.copyOf(certificates);
    insecure = Set.copyOf(insecure);
  }

  /**
   * As Docker's and Go's tools read an environment.
   *
   * @throws IllegalArgumentException if a proxy variable is malformed
   */
  public static Settings of(Map<String, String> environment, Path home) {
    return new Settings(
        DockerConfig.of(environment, home),
        Proxies.of(environment),
        Trust.systemBundles(environment),
        Set.of(),
        Duration.ofSeconds(15),
        Duration.ofSeconds(60),
        Clock.systemUTC(),
        Thread::sleep);
  }

  /** With these hosts asked by plain HTTP. */
  public Settings withInsecure(Set<String> hosts) {
    return new Settings(
        keychain, proxies, certificates, hosts, connectTimeout, readTimeout, clock, pause);
  }
}
