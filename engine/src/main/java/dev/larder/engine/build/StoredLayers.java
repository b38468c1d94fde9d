package dev.larder.engine.build;

import dev.larder.engine.digest.Digest;
import dev.larder.engine.snapshot.OverlaySnapshots;
import dev.larder.engine.snapshot.Snapshot;
import java.io.IOException;
import java.time.Instant;

/** Layers of this machine as an image's config speaks of them. */
record StoredLayers(OverlaySnapshots snapshots) implements ImageAssembly.Layers {
  @Override
  public Digest diffId(Snapshot snapshot) throws IOException {
    return snapshots.diffId(snapshot);
  }

  @Override
  public Instant created(Snapshot snapshot) throws IOException {
    return snapshots.created(snapshot);
  }
}
