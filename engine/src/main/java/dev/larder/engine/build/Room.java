package dev.larder.engine.build;

import dev.larder.engine.digest.Digest;
import dev.larder.engine.event.BuildEvent;
import dev.larder.engine.prune.MinFree;
import dev.larder.engine.prune.Policy;
import dev.larder.engine.prune.Removal;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Makes room after a build where the disk runs low, and says in a line what was removed. */
final class Room {
  private final Engine engine;
  private final Progressing progress;

  Room(Engine engine, Progressing progress) {
    this.engine = engine;
    this.progress = progress;
  }

  /** That no room can be made is a warning, and changes nothing about how the build went. */
  void make() throws InterruptedException {
    try {
      FileStore disk = Files.getFileStore(engine.home().root());
      MinFree wanted = wanted(disk);
      if (wanted.isMissed(disk.getUsableSpace())) {
        Digest _ =
            progress.internal(
                "[internal] make room on the disk",
                vertex -> {
                  String text = make(disk, wanted.goal());
                  progress.accept(new BuildEvent.Noted(engine.clock().instant(), vertex, text));
                  return vertex;
                });
      }
    } catch (IOException | IllegalArgumentException e) {
      progress.accept(
          new BuildEvent.Warned(
              engine.clock().instant(),
              Optional.empty(),
              "make room on the disk: " + e.getMessage()));
    }
  }

  private MinFree wanted(FileStore disk) throws IOException {
    String said = engine.environment().getOrDefault(MinFree.VARIABLE, "");
    long size = disk.getTotalSpace();
    return said.isEmpty() ? MinFree.usual(size) : MinFree.parse(said, size);
  }

  private String make(FileStore disk, long goal) throws IOException, InterruptedException {
    List<String> parts = new ArrayList<>();
    for (Policy policy : Policy.ALL) {
      if (disk.getUsableSpace() < goal) {
        Removal removal = engine.prune(policy.request(engine.clock().instant(), goal)).run();
        if (!removal.removed().isEmpty()) {
          parts.add(
              "%d MB of %s by %s"
                  .formatted(removal.bytes() / 1_000_000, kinds(policy, removal), policy.name()));
        }
      }
    }
    String removed =
        parts.isEmpty()
            ? "nothing could be removed that no recent build used (see larder cache du)"
            : "removed " + String.join(", ", parts);
    return removed + "; " + disk.getUsableSpace() / 1_000_000 + " MB are free";
  }

  private static String kinds(Policy policy, Removal removal) {
    List<String> words = new ArrayList<>();
    for (var kind : policy.kinds().stream().sorted().toList()) {
      if (removal.removed().stream().anyMatch(item -> item.kind() == kind)) {
        words.add(kind.title().toLowerCase(java.util.Locale.ROOT));
      }
    }
    return String.join(" and ", words);
  }
}
