package dev.larder.engine.store;

import dev.larder.engine.digest.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Small texts by digest that are good to have and no harm to lose. One is the old or the new one
 * whatever is killed, but it is not synced: after a loss of power it may be empty or torn, and its
 * reader has to tell. Threads and processes may share a folder.
 */
public final class Memos {
  private final Path folder;

  private Memos(Path folder) {
    this.folder = folder;
  }

  /** Opens those of a folder, which is made if need be. */
  public static Memos open(Path folder) throws IOException {
    Path absolute = folder.toAbsolutePath();
    NewFile.makeFolder(absolute);
    NewFile.sweep(absolute);
    return new Memos(absolute);
  }

  /** The text for a key. */
  public Optional<String> find(Digest key) throws IOException {
    try {
      byte[] bytes = Files.readAllBytes(path(key));
      return Optional.of(new String(bytes, StandardCharsets.UTF_8));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /** Keeps a text in place of what had the key. */
  public void put(Digest key, String text) throws IOException {
    try (NewFile file = NewFile.in(folder)) {
      file.out().write(text.getBytes(StandardCharsets.UTF_8));
      Files.createDirectories(folder.resolve(key.hex().substring(0, 2)));
      file.place(path(key));
    }
  }

  /**
   * Removes what has a key.
   *
   * @return whether there was something
   */
  public boolean remove(Digest key) throws IOException {
    return Files.deleteIfExists(path(key));
  }

  /** All keys, in no order. */
  public List<Digest> keys() throws IOException {
    List<Digest> keys = new ArrayList<>();
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(folder, "[0-9a-f][0-9a-f]")) {
      for (Path each : folders) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(each)) {
          files.forEach(file -> keys.add(new Digest(String.valueOf(file.getFileName()))));
        }
      }
    }
    return keys;
  }

  private Path path(Digest key) {
    return folder.resolve(key.hex().substring(0, 2)).resolve(key.hex());
  }
}
