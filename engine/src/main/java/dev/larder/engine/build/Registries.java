package dev.larder.engine.build;

import dev.larder.engine.registry.Connections;
import dev.larder.engine.registry.Puller;
import dev.larder.engine.registry.RegistryClient;
import dev.larder.engine.registry.Settings;
import dev.larder.engine.store.BlobStore;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The client for registries, made when one is first needed: its TLS alone takes 100 ms to load. */
final class Registries implements AutoCloseable {
  private final Supplier<Settings> settings;
  private @Nullable RegistryClient client;

  Registries(Supplier<Settings> settings) {
    this.settings = settings;
  }

  synchronized Puller puller(BlobStore blobs) {
    RegistryClient known = client;
    if (known == null) {
      known = RegistryClient.of(settings.get());
      client = known;
    }
    return new Puller(known, blobs);
  }

  Settings settings() {
    return settings.get();
  }

  /** For servers that are no registries. */
  Connections connections() {
    return new Connections(settings.get());
  }

  @Override
  public synchronized void close() {
    if (client != null) {
      client.close();
    }
  }
}
