package dev.larder.engine.build;

import dev.larder.engine.digest.Digest;
import dev.larder.engine.event.Reason;
import dev.larder.engine.history.Explainer;
import dev.larder.engine.history.PackageLists;
import dev.larder.engine.history.Retention;
import dev.larder.engine.history.Tombstones;
import dev.larder.engine.history.Trees;
import dev.larder.engine.lockfile.Packages;
import dev.larder.engine.snapshot.TreeManifest;
import dev.larder.engine.solve.ResultCache;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** What earlier builds have left behind for explanations. */
final class StoredFacts implements Explainer.Facts {
  private static final long MOST_BYTES = 256L << 20;

  private final Engine engine;
  private final Trees trees;
  private final PackageLists packages;

  StoredFacts(Engine engine) {
    this.engine = engine;
    this.trees = Trees.of(engine.home().trees(), engine.clock());
    this.packages = PackageLists.of(engine.home().packageLists());
  }

  Trees trees() {
    return trees;
  }

  PackageLists packages() {
    return packages;
  }

  void trim() throws IOException {
    Retention.trim(engine.home().trees(), MOST_BYTES);
    Retention.trim(engine.home().packageLists(), MOST_BYTES / 4);
  }

  @Override
  public Optional<TreeManifest> tree(Digest key) throws IOException {
    return trees.find(key);
  }

  @Override
  public Optional<Packages> packages(String file) throws IOException {
    return packages.find(file);
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
