package dev.larder.engine.build;

import dev.larder.engine.digest.Digest;
import dev.larder.engine.event.Amounts;
import dev.larder.engine.event.BuildEvent;
import dev.larder.engine.event.Reason;
import dev.larder.engine.graph.Vertex;
import dev.larder.engine.history.BuildRecord;
import dev.larder.engine.history.BuildRecords;
import dev.larder.engine.history.Explainer;
import dev.larder.engine.lockfile.LockFiles;
import dev.larder.engine.lockfile.Packages;
import dev.larder.engine.snapshot.TreeEntry;
import dev.larder.engine.snapshot.TreeManifest;
import java.io.IOException;
import java.util.LinkedHashMap;
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
  private static final int MANIFESTS = 50;

  private final Engine engine;
  private final Recording recording;
  private final Progressing progress;
  private final String noCache;
  private final StoredFacts stored;
  private final Map<Digest, Read> read = new ConcurrentHashMap<>();
  private @Nullable Explainer explainer;
  private volatile boolean kept;

  Reasons(Engine engine, BuildRequest request, Recording recording, Progressing progress) {
    this.engine = engine;
    this.recording = recording;
    this.progress = progress;
    this.stored = new StoredFacts(engine);
    this.noCache =
        switch (request.cache()) {
          case BuildRequest.Cache.Use() -> "";
          case BuildRequest.Cache.Ignore() -> "--no-cache";
          case BuildRequest.Cache.IgnoreStages _ -> "--no-cache-filter";
        };
  }

  /** Reads files of a tree; those that are not there, or are no files, are left out. */
  interface Reader {
    Map<String, byte[]> read(List<String> paths) throws IOException;
  }

  private record Read(TreeManifest tree, Reader reader) {}

  /** Files that a step reads, by the key that they count by. */
  void read(Digest key, TreeManifest tree, Reader reader) {
    read.put(key, new Read(tree, reader));
  }

  /** Says why a step runs. That it can't be said is no reason to fail. */
  void starting(Vertex vertex, Digest key, List<Digest> inputs) {
    try {
      Explainer.Explanation why = explain(vertex, key, inputs);
      if (explainer().isInstruction(vertex.id())) {
        progress.accept(
            new BuildEvent.Because(
                engine.clock().instant(), vertex.id(), why.reasons(), why.against()));
      }
      keep(inputs, why.nearest());
    } catch (IOException e) {
      progress.accept(
          new BuildEvent.Warned(
              engine.clock().instant(),
              Optional.of(vertex.id()),
              "find out why it runs: " + e.getMessage()));
    }
  }

  Explainer.Explanation explain(Vertex vertex, Digest key, List<Digest> inputs) throws IOException {
    keepPackages(inputs);
    return explainer().explain(vertex.id(), vertex.fresh() ? noCache : "", key, inputs);
  }

  /** Where the bytes of a step came from when it ran last. */
  Amounts lastRan(Digest vertex) throws IOException {
    return explainer().lastRan(vertex).map(BuildRecord.Step::amounts).orElse(Amounts.NONE);
  }

  private void keep(List<Digest> inputs, List<Digest> before) throws IOException {
    for (int i = 0; i < inputs.size(); i++) {
      Read found = read.get(inputs.get(i));
      if (found != null) {
        Optional<Digest> base =
            before.size() == inputs.size() ? Optional.of(before.get(i)) : Optional.empty();
        stored.trees().keep(inputs.get(i), found.tree(), base);
        kept = true;
      }
    }
  }

  /** What manifests and lock files ask for, of which the next build has the bytes no more. */
  private void keepPackages(List<Digest> inputs) throws IOException {
    for (Digest input : inputs) {
      Read found = read.get(input);
      if (found == null) {
        continue;
      }
      Map<String, String> files = new LinkedHashMap<>();
      for (Map.Entry<String, TreeEntry> one : found.tree().files(LockFiles::isKnown).entrySet()) {
        if (files.size() < MANIFESTS && !stored.packages().has(one.getValue().what())) {
          files.put(one.getKey(), one.getValue().what());
        }
      }
      for (Map.Entry<String, byte[]> one :
          found.reader().read(List.copyOf(files.keySet())).entrySet()) {
        Digest digest = Digest.of(one.getValue());
        Optional<Packages> packages = LockFiles.read(one.getKey(), one.getValue());
        if (packages.isPresent() && digest.hex().equals(files.get(one.getKey()))) {
          stored.packages().keep(digest.hex(), packages.get());
          kept = true;
        }
      }
    }
  }

  /** Lets go of what was not used for long, if this build has kept anything. */
  void trim() throws IOException {
    if (kept) {
      stored.trim();
    }
  }

  private synchronized Explainer explainer() throws IOException {
    Explainer open = explainer;
    if (open == null) {
      List<BuildRecord> earlier =
          engine.history().latest(BuildRecords.lineage(recording.asked()), COMPARED);
      open = new Explainer(recording.plannedSteps(), earlier, new NewestFacts());
      explainer = open;
    }
    return open;
  }

  /** What this build has read itself comes before what was kept. */
  private final class NewestFacts implements Explainer.Facts {
    @Override
    public Optional<TreeManifest> tree(Digest key) throws IOException {
      Read now = read.get(key);
      return now == null ? stored.tree(key) : Optional.of(now.tree());
    }

    @Override
    public Optional<Packages> packages(String file) throws IOException {
      return stored.packages(file);
    }

    @Override
    public List<Digest> storedInputs(Digest key) throws IOException {
      return stored.storedInputs(key);
    }

    @Override
    public Optional<Reason.Removed> removed(Digest key) throws IOException {
      return stored.removed(key);
    }
  }
}
