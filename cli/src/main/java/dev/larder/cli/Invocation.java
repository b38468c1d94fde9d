package dev.larder.cli;

import dev.larder.engine.build.Engine;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a command is given of the world.
 *
 * @param environment the caller's variables
 * @param directory where relative paths start
 * @param userHome the caller's home folder
 * @param in standard input
 * @param out standard output: what a script wants to read, and nothing else
 * @param err standard error: progress and messages
 * @param console what standard error is shown on
 * @param clock the time
 */
record Invocation(
    Map<String, String> environment,
    Path directory,
    Path userHome,
    InputStream in,
    PrintStream out,
    PrintStream err,
    Console console,
    Clock clock) {
  Invocation {
    environment = Map.copyOf(environment);
  }

  /** A variable that is set and not empty. */
  Optional<String> variable(String name) {
    @Nullable String value = environment.get(name);
    return value == null || value.isEmpty() ? Optional.empty() : Optional.of(value);
  }

  /** The engine on this caller's home. */
  Engine openEngine() throws IOException {
    return Engine.open(home(), environment, userHome, clock);
  }

  /** Where all state is: {@code LARDER_HOME}, root's folder, or the user's. */
  Path home() {
    Optional<String> named = variable("LARDER_HOME");
    if (named.isPresent()) {
      return directory.resolve(named.get()).normalize();
    }
    if (variable("LARDER_UID").orElse("0").equals("0")) {
      return Path.of("/var/lib/larder");
    }
    Path data =
        variable("XDG_DATA_HOME").map(Path::of).orElse(userHome.resolve(".local").resolve("share"));
    return data.resolve("larder");
  }
}
