package dev.larder.engine.mount;

import dev.larder.engine.linux.Inodes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** A secret as a file in memory, never on a disk. Closing it removes it. */
public final class SecretFile implements AutoCloseable {
  private final Path file;
  private final String target;

  private SecretFile(Path file, String target) {
    this.file = file;
    this.target = target;
  }

  /**
   * Writes one.
   *
   * @param memory a folder on a tmpfs that only the engine sees
   * @param target where the step sees it
   * @param mode permission bits
   */
  public static SecretFile write(
      Path memory, byte[] content, String target, int mode, int uid, int gid) throws IOException {
    Path file =
        Files.createTempFile(
            memory,
            "secret",
            "",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.write(file, content);
    Inodes.changeOwner(file.toString(), uid, gid);
    Inodes.changeMode(file.toString(), mode);
    return new SecretFile(file, target);
  }

  public Attachment attachment() {
    return new Attachment.Bind(file, target, false);
  }

  @Override
  public void close() throws IOException {
    Files.deleteIfExists(file);
  }
}
