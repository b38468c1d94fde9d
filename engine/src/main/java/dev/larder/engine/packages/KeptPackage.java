package dev.larder.engine.packages;

import dev.larder.engine.digest.Digest;
import java.time.Instant;
import java.util.Map;

/**
 * A URL whose answers are kept.
 *
 * @param key of its entry
 * @param url for people: without credentials
 * @param kind one of {@link KeptPackages#kinds}
 * @param bodies of its answers that are there, with their sizes in bytes
 * @param stored when the newest of its answers came
 * @param used when one of its bodies was last used, to the hour
 */
public record KeptPackage(
    Digest key, String url, String kind, Map<Digest, Long> bodies, Instant stored, Instant used) {
  public KeptPackage {
    bodies = Map.copyOf(bodies);
  }

  /** Bytes of its bodies. */
  public long bytes() {
    return bodies.values().stream().mapToLong(Long::longValue).sum();
  }

  /** {@code files.example}, {@code localhost:8080}: where it came from. */
  public String host() {
    String rest = url.replaceFirst("^[^/]*://", "");
    int end = rest.indexOf('/');
    return end < 0 ? rest : rest.substring(0, end);
  }

  /** What the URL ends in, without a query: {@code six-1.16.0.tar.gz}. */
  public String file() {
    String path = url.replaceFirst("[?#].*", "");
    return path.substring(path.lastIndexOf('/') + 1);
  }
}
