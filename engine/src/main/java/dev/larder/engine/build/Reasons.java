package dev.larder.engine.build;

import dev.larder.engine.digest.Digest;
import dev.larder.engine.event.BuildEvent;
import dev.larder.engine.event.Reason;
import dev.larder.engine.graph.Vertex;
import dev.larder.engine.history.BuildRecord;
import dev.larder.engine.history.BuildRecords;
import dev.larder.engine.history.Explainer;
import dev.larder.engine.history.Tombstones;
import dev.larder.engine.history.Trees;
import dev.larder.engine.snapshot.TreeManifest;
import dev.larder.engine.solve.ResultCache;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Says of each step that runs why it does, and keeps what the next build needs to say it. Records
 * are read when the first step runs: an unchanged rebuild reads none.
 */
final class Reasons {
  private static final int COMPARED = 12;

  private final Engine engine;
  private final Recording recording;
  private final Progressing progress;
  private final String noCache;
  private final Trees trees;
  private final Map<Digest, TreeManifest> read = new ConcurrentHashMap<>();
  private @Nullable Explainer explainer;

  Reasons(Engine engine, BuildRequest request, Recording recording, Progressing progress) {
    this.engine = engine;
    this.recording = recording;
    this.progress = progress;
    this.trees = Trees.of(engine.home().trees());
    this.noCache =
        switch (request.cache()) {
          case BuildRequest.Cache.Use() -> "";
          case BuildRequest.Cache.Ignore() -> "--no-cache";
          case BuildRequest.Cache.IgnoreStages _ -> "--no-cache-filter";
        };
  }

  /** Files that a step reads, by the key that they count by. */
  void read(Digest key, TreeManifest tree) {
    read.put(key, tree);
  }

  /** Says why a step runs. That it can't be said is no reason to fail. */
  void starting(Vertex vertex, Digest key, List<Digest> inputs) {
    try {
      Explainer.Explanation why =
          explainer().explain(vertex.id(), vertex.fresh() ? noCache : "", key, inputs);
      progress.accept(
          new BuildEvent.Because(
              engine.clock().instant(), vertex.id(), why.reasons(), why.against()));
      keep(inputs, why.nearest());
    } catch (IOException e) {
      progress.accept(
          new BuildEvent.Warned(
              engine.clock().instant(),
              Optional.of(vertex.id()),
              "find out why it runs: " + e.getMessage()));
    }
  }

  private void keep(List<Digest> inputs, List<Digest> before) throws IOException {
    for (int i = 0; i < inputs.size(); i++) {
      TreeManifest tree = read.get(inputs.get(i));
      if (tree != null) {
        Optional<Digest> base =
            before.size() == inputs.size() ? Optional.of(before.get(i)) : Optional.empty();
        trees.keep(inputs.get(i), tree, base);
      }
    }
  }

  private synchronized Explainer explainer() throws IOException {
    Explainer open = explainer;
    if (open == null) {
      List<BuildRecord> earlier =
          engine.history().latest(BuildRecords.lineage(recording.asked()), COMPARED);
      open = new Explainer(recording.plannedSteps(), earlier, new KnownFacts());
      explainer = open;
    }
    return open;
  }

  private final class KnownFacts implements Explainer.Facts {
    @Override
    public Optional<TreeManifest> tree(Digest key) throws IOException {
      TreeManifest now = read.get(key);
      return now == null ? trees.find(key) : Optional.of(now);
    }

    @Override
    public List<Digest> storedInputs(Digest key) throws IOException {
      return engine.cache().results(key).stream()
          .findFirst()
          .map(ResultCache.Stored::inputs)
          .orElse(List.of());
    }

    @Override
    public Optional<Reason.Removed> removed(Digest key) throws IOException {
      return Tombstones.of(engine.home().tombstones()).find(key);
    }
  }
}
