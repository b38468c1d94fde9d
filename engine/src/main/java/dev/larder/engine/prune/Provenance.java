package dev.larder.engine.prune;

import dev.larder.engine.digest.Digest;
import dev.larder.engine.history.BuildRecord;
import dev.larder.engine.history.BuildRecords;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** What the records of builds know of where things come from. */
final class Provenance {
  private final Map<Digest, String> names = new HashMap<>();
  private final Map<Digest, Set<String>> byKey = new HashMap<>();
  private final Map<String, Set<String>> byMount = new HashMap<>();
  private final Map<Digest, Set<Digest>> keysOfImages = new HashMap<>();

  private Provenance() {}

  /** Reads all records. */
  static Provenance read(BuildRecords history) throws IOException {
    Provenance all = new Provenance();
    for (String id : history.ids()) { // oldest first: the newest name counts
      history.find(id).ifPresent(all::add);
    }
    return all;
  }

  private void add(BuildRecord record) {
    String project = record.request().getOrDefault("project", "");
    Set<Digest> keys = new HashSet<>();
    for (BuildRecord.Step step : record.steps()) {
      if (step.key().isPresent()) {
        Digest key = step.key().get();
        keys.add(key);
        names.put(key, step.name());
        byKey.computeIfAbsent(key, one -> new TreeSet<>()).add(project);
      }
      step.parts()
          .parts()
          .forEach(
              (part, value) -> {
                if (part.startsWith("mount.") && value.equals("cache")) {
                  String target = part.substring("mount.".length());
                  byMount.computeIfAbsent(target, one -> new TreeSet<>()).add(project);
                }
              });
    }
    if (record.outcome() instanceof BuildRecord.Outcome.Built(Digest image, var _)) {
      keysOfImages.computeIfAbsent(image, one -> new HashSet<>()).addAll(keys);
    }
  }

  /** What a step is called that has this key; empty if no record has it. */
  String name(Digest key) {
    return names.getOrDefault(key, "");
  }

  /** Projects with a step of this key. */
  Set<String> projects(Digest key) {
    return byKey.getOrDefault(key, Set.of());
  }

  /** Projects with a cache mount at this path. */
  Set<String> projectsOfMount(String target) {
    return byMount.getOrDefault(target, Set.of());
  }

  /** All projects that are known. */
  Set<String> projects() {
    Set<String> all = new TreeSet<>();
    byKey.values().forEach(all::addAll);
    return all;
  }

  /** Keys of the steps of builds that made this image. */
  Set<Digest> keysOf(Digest image) {
    return keysOfImages.getOrDefault(image, Set.of());
  }
}
