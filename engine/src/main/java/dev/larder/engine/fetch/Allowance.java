package dev.larder.engine.fetch;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** The bytes that a build may still download. Shared by all that download for it. */
public final class Allowance {
  private final OptionalLong limit;
  private final Map<String, Long> fetched = new HashMap<>();
  private long taken;
  private String exceededBy = "";

  /**
   * What was fetched from one place.
   *
   * @param url without credentials
   * @param bytes of body
   */
  public record Fetched(String url, long bytes) {}

  private Allowance(OptionalLong limit) {
    this.limit = limit;
  }

  /**
   * A new one.
   *
   * @param limit in bytes; empty for as much as there is
   */
  public static Allowance of(OptionalLong limit) {
    return new Allowance(limit);
  }

  /**
   * Counts bytes that came.
   *
   * @throws RefusedException if they are more than was left
   */
  public synchronized void take(String url, long bytes) throws RefusedException {
    taken += bytes;
    if (limit.isEmpty()) {
      return;
    }
    fetched.merge(url, bytes, Long::sum);
    if (taken > limit.getAsLong()) {
      throw exceeded(url);
    }
  }

  /**
   * Fails early where a body of this size is too much, before any of it is downloaded.
   *
   * @throws RefusedException if it is
   */
  public synchronized void expect(String url, long bytes) throws RefusedException {
    if (limit.isPresent() && bytes > limit.getAsLong() - taken) {
      throw exceeded(url);
    }
  }

  /**
   * Fails once the limit was passed, also where whoever was refused made nothing of it.
   *
   * @throws RefusedException if it was
   */
  public synchronized void require() throws RefusedException {
    if (!exceededBy.isEmpty()) {
      throw exceeded(exceededBy);
    }
  }

  private RefusedException exceeded(String url) {
    if (exceededBy.isEmpty()) {
      exceededBy = url;
    }
    return new RefusedException(
        "download "
            + url
            + ": more than the "
            + limit.orElse(0)
            + " bytes that this build may download (--max-download)");
  }

  /** What was to be downloaded when the limit was passed; empty if it was not. */
  public synchronized String exceededBy() {
    return exceededBy;
  }

  /** Bytes that came so far. */
  public synchronized long taken() {
    return taken;
  }

  /** What was fetched, the largest first; nothing where there is no limit. */
  public synchronized List<Fetched> fetched() {
    List<Fetched> list = new ArrayList<>();
    fetched.forEach((url, bytes) -> list.add(new Fetched(url, bytes)));
    list.sort(Comparator.comparingLong(Fetched::bytes).reversed().thenComparing(Fetched::url));
    return list;
  }
}
