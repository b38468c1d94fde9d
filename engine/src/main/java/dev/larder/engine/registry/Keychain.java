package dev.larder.engine.registry;

import java.io.IOException;
import java.util.Optional;

/** Who knows the credentials of registries; asked only when a registry wants some. */
public interface Keychain {
  /**
   * The credential for a registry.
   *
   * @param registry host and port as in image names, {@code docker.io} for Docker Hub
   */
  Optional<Credential> find(String registry) throws IOException, InterruptedException;

  /** Knows none. */
  static Keychain empty() {
    return registry -> Optional.empty();
  }
}
