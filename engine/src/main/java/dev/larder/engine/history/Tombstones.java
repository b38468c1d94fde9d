package dev.larder.engine.history;

import dev.larder.engine.digest.Digest;
import dev.larder.engine.event.Reason;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * When and by what results were removed: a file each by the result's key, two lines. As records of
 * builds they are not synced.
 */
public final class Tombstones {
  private static final Duration KEPT = Duration.ofDays(90);

  private final Path folder;

  private Tombstones(Path folder) {
    this.folder = folder;
  }

  /** Those of a folder, which is made with the first one. */
  public static Tombstones of(Path folder) {
    return new Tombstones(folder);
  }

  private Path file(Digest key) {
    return folder.resolve(key.hex());
  }

  /** Keeps that the results of a key are removed, in place of what was kept of it before. */
  public void put(Digest key, Reason.Removed removed) throws IOException {
    Files.createDirectories(folder);
    Path fresh = folder.resolve(key.hex() + "." + ProcessHandle.current().pid());
    Files.writeString(fresh, removed.at() + "\n" + removed.by() + "\n");
    Files.move(fresh, file(key), StandardCopyOption.ATOMIC_MOVE);
  }

  /** When and by what the results of a key were removed last. */
  public Optional<Reason.Removed> find(Digest key) throws IOException {
    try {
      String[] lines = Files.readString(file(key)).split("\n");
      return lines.length == 2
          ? Optional.of(new Reason.Removed(Instant.parse(lines[0]), lines[1]))
          : Optional.empty();
    } catch (NoSuchFileException | DateTimeException e) {
      return Optional.empty(); // never written, or lost in a power cut
    }
  }

  /** Removes those that are older than 90 days. */
  public void expire(Instant now) throws IOException {
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        if (Files.getLastModifiedTime(file).toInstant().isBefore(now.minus(KEPT))) {
          Files.deleteIfExists(file);
        }
      }
    }
  }
}
