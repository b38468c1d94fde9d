package dev.larder.cli;

import dev.larder.engine.linux.Terminal;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import picocli.CommandLine.ParseResult;

/** What {@code exec} and {@code run} share: whether there is a terminal, and variables. */
final class Terminals {
  private Terminals() {}

  /**
   * Whether the command gets a terminal: where input and output are one, unless it is told not to.
   *
   * @throws UsageException if one is asked for and there is none
   */
  static boolean wanted(ParseResult given) throws UsageException {
    boolean there = Terminal.size(0).isPresent() && Terminal.size(1).isPresent();
    if (Options.on(given, "tty") && !there) {
      throw new UsageException("-t: standard input or output is no terminal");
    }
    return there && !Options.on(given, "no-tty");
  }

  /** The variables of {@code -e}: a name alone takes the caller's value. */
  static SequencedMap<String, String> environment(
      ParseResult given, boolean terminal, Invocation invocation) throws UsageException {
    SequencedMap<String, String> all = new LinkedHashMap<>();
    if (terminal) {
      all.put("TERM", invocation.variable("TERM").orElse("xterm"));
    }
    for (String text : Options.all(given, "env")) {
      int equals = text.indexOf('=');
      if (equals == 0) {
        throw new UsageException("--env " + text + ": expected NAME=VALUE");
      }
      if (equals > 0) {
        all.put(text.substring(0, equals), text.substring(equals + 1));
      } else if (invocation.environment().containsKey(text)) {
        all.put(text, invocation.environment().getOrDefault(text, ""));
      }
    }
    return all;
  }
}
