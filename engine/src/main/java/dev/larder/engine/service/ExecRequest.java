package dev.larder.engine.service;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * A process to be started in a container that runs.
 *
 * @param argv the program and its arguments
 * @param environment variables on top of the container's
 * @param user whom it runs as, as USER says it; nothing is whom the container runs as
 * @param workingDir its folder: absolute; nothing is the container's
 * @param terminal whether its input and output are a terminal
 */
public record ExecRequest(
    List<String> argv,
    SequencedMap<String, String> environment,
    Optional<String> user,
    Optional<String> workingDir,
    boolean terminal) {
  public ExecRequest {
    argv = List.copyOf(argv);
    environment = new LinkedHashMap<>(environment);
  }

  /** A program that runs as root, with nothing of its own. */
  public static ExecRequest asRoot(List<String> argv) {
    return new ExecRequest(
        argv, new LinkedHashMap<>(), Optional.of("0:0"), Optional.of("/"), false);
  }
}
