package dev.larder.engine.prune;

import dev.larder.engine.history.BuildRecords;
import dev.larder.engine.history.Tombstones;
import dev.larder.engine.image.ImageStore;
import dev.larder.engine.mount.CacheMounts;
import dev.larder.engine.packages.KeptPackages;
import dev.larder.engine.snapshot.OverlaySnapshots;
import dev.larder.engine.solve.FileResultCache;
import dev.larder.engine.store.BlobStore;
import dev.larder.engine.store.Leases;
import dev.larder.engine.store.Records;
import java.nio.file.Path;
import java.util.List;

/**
 * Where everything is kept.
 *
 * @param home {@code LARDER_HOME}
 * @param compressed which blob a compressed archive of a layer is
 * @param downloads which blob a file of ADD is
 * @param records folders of small files that are neither layers, mounts nor blobs
 */
@SuppressWarnings("exports") // made within this module only
public record Stores(
    Path home,
    Leases leases,
    ImageStore images,
    OverlaySnapshots snapshots,
    FileResultCache results,
    CacheMounts mounts,
    BlobStore blobs,
    KeptPackages packages,
    BuildRecords history,
    Tombstones tombstones,
    Records compressed,
    Records downloads,
    List<Path> records) {
  public Stores {
    records = List.copyOf(records);
  }
}
