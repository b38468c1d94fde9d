package dev.larder.engine.build;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/** A process that builds a context's Dockerfile and says which image it is, if it gets that far. */
final class BuildVictim {
  static final Instant EPOCH = Instant.parse("2020-01-01T00:00:00Z");

  private BuildVictim() {}

  public static void main(String[] args) throws Exception {
    System.out.println("up");
    System.out.println(build(Path.of(args[0]), Path.of(args[1])).id());
  }

  /** What the victim does, by whoever wants to do it undisturbed. */
  static BuildResult build(Path home, Path context) throws Exception {
    try (Builds builds = Builds.on(home, context)) {
      Change change = new Change(builds.request(Files.readString(context.resolve("Dockerfile"))));
      change.sourceDateEpoch = Optional.of(EPOCH);
      return builds.build(change.request());
    }
  }
}
