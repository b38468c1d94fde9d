package dev.larder.engine.graph;

import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A limit of a process, as Docker writes it.
 *
 * @param name of the resource, as {@code nofile}: setrlimit(2)'s in lower case, without its prefix
 * @param soft what counts; -1 is no limit
 * @param hard how far the process itself may raise it; -1 is no limit
 */
public record Ulimit(String name, long soft, long hard) {
  /** Docker's names; it leaves out {@code as}, under which a runtime can't start a container. */
  private static final Set<String> NAMES =
      Set.of(
          "core",
          "cpu",
          "data",
          "fsize",
          "locks",
          "memlock",
          "msgqueue",
          "nice",
          "nofile",
          "nproc",
          "rss",
          "rtprio",
          "rttime",
          "sigpending",
          "stack");

  private static final Pattern FORM = Pattern.compile("(\\w+)=(-1|\\d{1,18})(?::(-1|\\d{1,18}))?");

  public Ulimit {
    if (!NAMES.contains(name)) {
      throw new IllegalArgumentException("there is no limit \"" + name + "\"");
    }
    if (hard != -1 && (soft == -1 || soft > hard)) {
      throw new IllegalArgumentException(
          "the soft limit " + soft + " is above the hard limit " + hard);
    }
  }

  /**
   * Reads {@code NAME=SOFT[:HARD]}; the hard limit is the soft one where it is not said.
   *
   * @throws IllegalArgumentException with the reason
   */
  public static Ulimit parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("expected NAME=SOFT[:HARD]");
    }
    long soft = Long.parseLong(matcher.group(2));
    long hard = matcher.group(3) == null ? soft : Long.parseLong(matcher.group(3));
    return new Ulimit(matcher.group(1), soft, hard);
  }
}
