package dev.larder.engine.build;

import dev.larder.engine.digest.Digest;
import dev.larder.engine.oci.HistoryEntry;
import dev.larder.engine.oci.ImageConfig;
import dev.larder.engine.snapshot.Snapshot;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Completes the config of an image once its layers are there: their digests, and times and entries
 * of the history, by the rules of BuildKit's exporter/containerimage/writer.go. Times are those of
 * the layers, so that a build that made nothing new gives the same image.
 */
final class ImageAssembly {
  private static final String COMMENT = "buildkit.exporter.image.v0";

  /** Tells of the topmost layer of a snapshot. */
  interface Layers {
    Digest diffId(Snapshot snapshot) throws IOException;

    Instant created(Snapshot snapshot) throws IOException;
  }

  private ImageAssembly() {}

  /**
   * The whole config.
   *
   * @param planned with the digests of the base's layers, and the whole history
   * @param files all layers
   * @param epoch the time of everything that is new, where it is set
   */
  static ImageConfig complete(
      ImageConfig planned, Snapshot files, Layers layers, Optional<Instant> epoch)
      throws IOException {
    List<Digest> diffIds = new ArrayList<>(planned.diffIds());
    List<@Nullable Instant> times = new ArrayList<>();
    diffIds.forEach(known -> times.add(null));
    for (int i = diffIds.size(); i < files.layers().size(); i++) {
      Snapshot upTo = new Snapshot(files.layers().subList(0, i + 1));
      diffIds.add(layers.diffId(upTo));
      times.add(epoch.isPresent() ? epoch.get() : layers.created(upTo));
    }
    List<HistoryEntry> history = history(planned.history(), times);
    fillTimes(history, epoch);
    ImageConfig whole = planned.withDiffIds(diffIds).withHistory(history);
    return history.stream()
        .map(HistoryEntry::created)
        .filter(Objects::nonNull)
        .reduce((earlier, last) -> last)
        .or(() -> epoch)
        .map(whole::withCreated)
        .orElse(whole);
  }

  /** One entry that is not empty for each layer, with its time where that is known. */
  private static List<HistoryEntry> history(
      List<HistoryEntry> planned, List<@Nullable Instant> times) {
    List<HistoryEntry> history = new ArrayList<>();
    int layer = 0;
    for (HistoryEntry entry : planned) {
      if (entry.emptyLayer()) {
        history.add(entry);
      } else if (layer == times.size()) {
        history.add(with(entry, entry.created(), true));
      } else {
        Instant time = entry.created() == null ? times.get(layer) : entry.created();
        history.add(with(entry, time, false));
        layer++;
      }
    }
    for (; layer < times.size(); layer++) {
      history.add(new HistoryEntry(times.get(layer), "", "", COMMENT, false));
    }
    return history;
  }

  /**
   * Entries without a time get that of the next layer that was made, else of the one before. Where
   * nothing has a time they stay without: the clock would make another image of each build.
   */
  private static void fillTimes(List<HistoryEntry> history, Optional<Instant> epoch) {
    Instant time = null;
    boolean missing = false;
    for (HistoryEntry entry : history) {
      if (entry.created() == null) {
        missing = true;
      } else {
        time = entry.created();
        if (missing) {
          break;
        }
      }
    }
    boolean filling = false;
    for (int i = 0; i < history.size(); i++) {
      HistoryEntry entry = history.get(i);
      if (entry.created() == null) {
        filling = true;
        history.set(i, with(entry, epoch.orElse(time), entry.emptyLayer()));
      } else if (filling) {
        time = entry.created();
      }
    }
  }

  private static HistoryEntry with(
      HistoryEntry entry, @Nullable Instant created, boolean emptyLayer) {
    return new HistoryEntry(
        created, entry.createdBy(), entry.author(), entry.comment(), emptyLayer);
  }
}
