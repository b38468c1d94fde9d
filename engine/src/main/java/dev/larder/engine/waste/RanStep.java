package dev.larder.engine.waste;

import dev.larder.engine.digest.Digest;
import dev.larder.engine.event.Waste;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A RUN step that ran: what it was told, and what it moved.
 *
 * @param vertex its id
 * @param name as it is shown
 * @param argv the program and its arguments
 * @param environment its variables
 * @param user as USER says; empty is root
 * @param mounts its cache mounts
 * @param downloads what came from the network
 */
public record RanStep(
    Digest vertex,
    String name,
    List<String> argv,
    Map<String, String> environment,
    String user,
    List<CacheUse> mounts,
    List<Download> downloads) {
  public RanStep {
    argv = List.copyOf(argv);
    environment = Map.copyOf(environment);
    mounts = List.copyOf(mounts);
    downloads = List.copyOf(downloads);
  }

  /**
   * A cache mount of the step.
   *
   * @param target where the step saw it
   * @param before bytes in it before the step
   * @param after bytes in it after the step
   */
  public record CacheUse(String target, long before, long after) {
    boolean isEmpty() {
      return after == 0;
    }

    long grown() {
      return Math.max(0, after - before);
    }
  }

  /**
   * Bytes from the network.
   *
   * @param url where from; of what was passed through unseen the server's name and port
   * @param bytes how many
   */
  public record Download(String url, long bytes) {}

  long downloaded() {
    return downloads.stream().mapToLong(Download::bytes).sum();
  }

  String script() {
    return String.join(" ", argv);
  }

  /** What a pattern finds first in the script: its first group, or all of it if it has none. */
  Optional<String> said(String pattern) {
    Matcher found = Pattern.compile(pattern).matcher(script());
    return found.find()
        ? Optional.of(found.groupCount() > 0 ? found.group(1) : found.group())
        : Optional.empty();
  }

  boolean says(String pattern) {
    return said(pattern).isPresent();
  }

  /** A variable as the script sets it, or as the step got it; an empty one is none. */
  Optional<String> variable(String name) {
    return said("(?<![\\w$])" + name + "=([^\\s;&|]+)")
        .map(value -> value.replaceAll("[\"']", ""))
        .or(() -> Optional.ofNullable(environment.get(name)))
        .filter(value -> !value.isEmpty());
  }

  /** The user's name or number, without the group. */
  String userName() {
    return user.split(":", 2)[0];
  }

  boolean isRoot() {
    return List.of("", "0", "root").contains(userName());
  }

  Waste waste(Waste.Kind kind, long bytes, String text, String hint) {
    return new Waste(vertex, name, kind, bytes, text, hint);
  }
}
