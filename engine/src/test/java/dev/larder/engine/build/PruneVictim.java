package dev.larder.engine.build;

import dev.larder.engine.prune.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;

/** A process that clears everything that it may, again and again, until it is killed. */
final class PruneVictim {
  private PruneVictim() {}

  static Process start(Path home, Path context) throws IOException {
    return BuildFaultIT.java(PruneVictim.class, List.of(home.toString(), context.toString()));
  }

  public static void main(String[] args) throws Exception {
    System.out.println("up");
    while (true) {
      try (Builds builds = Builds.on(Path.of(args[0]), Path.of(args[1]))) {
        builds.engine.prune(PruneIT.request(EnumSet.allOf(Kind.class))).run();
      }
    }
  }
}
