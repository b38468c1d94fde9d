package dev.larder.engine.fetch;

import dev.larder.engine.digest.Digest;
import dev.larder.engine.http.Fields;
import dev.larder.engine.httpcache.StoredResponse;
import dev.larder.engine.packages.PackageStore;
import dev.larder.engine.store.FileBlobStore;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** What all builds of this process share: the package store, and the downloads into it. */
public final class PackageCache {
  private final PackageStore store;
  private final Map<Digest, Flight> flights = new ConcurrentHashMap<>();

  private PackageCache(PackageStore store) {
    this.store = store;
  }

  /**
   * Opens the package store of a folder, which is made if need be.
   *
   * @param blobs where bodies are kept, on the same file system
   */
  public static PackageCache open(
      Path folder, FileBlobStore blobs, SecureRandom random, InstantSource clock)
      throws IOException {
    return new PackageCache(PackageStore.open(folder, blobs, random, clock));
  }

  PackageStore store() {
    return store;
  }

  /** As a build sees it that begins now: what is checked from here on counts as checked by it. */
  public View view() {
    return new View(this, store.now());
  }

  /**
   * One build's.
   *
   * @param began when the build did
   */
  public record View(PackageCache cache, Instant began) {}

  /** Takes the lead for a key; nothing if another has it. */
  Optional<Flight> lead(Digest key) {
    Flight flight = new Flight();
    return flights.putIfAbsent(key, flight) == null ? Optional.of(flight) : Optional.empty();
  }

  /** The one who has the lead for a key. */
  Optional<Flight> leader(Digest key) {
    return Optional.ofNullable(flights.get(key));
  }

  void over(Digest key, Flight flight) {
    flight.land(new Landing.Again());
    flights.remove(key, flight);
  }

  /** What came of a request that others waited for. */
  sealed interface Landing {
    /** A body is on its way, for all whose requests it fits. */
    record Shared(Fetching fetching, Fetched fetched) implements Landing {}

    /** It may be in the store now, or nobody asks any more. */
    record Again() implements Landing {}

    /** Its answer was for the one who asked. */
    record Alone() implements Landing {}
  }

  /**
   * The answer whose body is on its way.
   *
   * @param selecting the fields of the request that it varied by
   * @param size of the body; -1 where it is not known
   */
  record Fetched(Fields selecting, StoredResponse response, long size) {}

  /** A request on its way to its head. */
  static final class Flight {
    private @Nullable Landing landing; // guarded by this

    /** The first landing counts. */
    synchronized void land(Landing how) {
      if (landing == null) {
        landing = how;
        notifyAll();
      }
    }

    synchronized Landing await() throws InterruptedIOException {
      while (true) {
        Landing how = landing;
        if (how != null) {
          return how;
        }
        try {
          wait();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new InterruptedIOException("interrupted while another fetches the same");
        }
      }
    }
  }
}
