package dev.larder.engine.snapshot;

import dev.larder.engine.store.BlobStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The contract on the fake that other tests use. */
final class FolderSnapshotsTest extends SnapshotsContract {
  @Override
  Snapshots open(Path home, BlobStore blobs) throws IOException {
    return new FolderSnapshots(Files.createDirectories(home.resolve("copies")), blobs);
  }
}
