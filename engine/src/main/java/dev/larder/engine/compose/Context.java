package dev.larder.engine.compose;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeSet;

/**
 * What readers of the parts of a project share.
 *
 * @param project its name
 * @param folder relative paths start here
 * @param environment variables of the caller and of {@code .env}
 * @param volumes names on this machine by key
 * @param secrets the top-level secrets
 * @param notDone keys that were found and change nothing
 * @param warnings what the user should know
 */
record Context(
    String project,
    Path folder,
    Map<String, String> environment,
    SequencedMap<String, String> volumes,
    SequencedMap<String, Build.Secret> secrets,
    Set<String> notDone,
    List<String> warnings) {
  Context(
      String project,
      Path folder,
      Map<String, String> environment,
      SequencedMap<String, String> volumes,
      SequencedMap<String, Build.Secret> secrets) {
    this(project, folder, environment, volumes, secrets, new TreeSet<>(), new ArrayList<>());
  }

  /** A path as the file gives it, made absolute. */
  Path path(String text) {
    return AbsolutePaths.path(folder, environment.getOrDefault("HOME", "/root"), text);
  }
}
