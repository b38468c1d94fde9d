package dev.larder.engine.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Small documents by key, a file each. A record is the old one or the new one, whatever crashes;
 * threads and processes may share a folder.
 *
 * <p>A key is 1 to 200 letters, digits, {@code .}, {@code _}, {@code -}, {@code +} and {@code =},
 * the first not a dot; the digest of a longer name makes one.
 */
public final class Records {
  private static final Pattern KEY = Pattern.compile("[A-Za-z0-9_+=-][A-Za-z0-9._+=-]{0,199}");

  private final Path folder;

  private Records(Path folder) {
    this.folder = folder;
  }

  /**
   * Opens the records of a folder, makes it if need be, and removes what a crash left.
   *
   * @param folder for instance {@code LARDER_HOME/images}
   */
  public static Records open(Path folder) throws IOException {
    Path absolute = folder.toAbsolutePath();
    NewFile.makeFolder(absolute);
    NewFile.sweep(absolute);
    return new Records(absolute);
  }

  /** The bytes of a record. */
  public Optional<byte[]> find(String key) throws IOException {
    try {
      return Optional.of(Files.readAllBytes(path(key)));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /** The text of a record, read as UTF-8. */
  public Optional<String> findText(String key) throws IOException {
    return find(key).map(bytes -> new String(bytes, StandardCharsets.UTF_8));
  }

  /** Keeps a record in place of one that had the key. */
  public void put(String key, byte[] bytes) throws IOException {
    Path path = path(key);
    try (NewFile file = NewFile.in(folder)) {
      file.out().write(bytes);
      file.rename(path);
    }
  }

  /** Keeps a text as UTF-8 in place of a record that had the key. */
  public void put(String key, String text) throws IOException {
    put(key, text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Removes a record.
   *
   * @return whether there was one
   */
  public boolean remove(String key) throws IOException {
    boolean was = Files.deleteIfExists(path(key));
    NewFile.sync(folder);
    return was;
  }

  /** The keys of all records, sorted. */
  public List<String> keys() throws IOException {
    List<String> keys = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        String name = String.valueOf(file.getFileName());
        if (KEY.matcher(name).matches() && Files.isRegularFile(file)) {
          keys.add(name);
        }
      }
    }
    Collections.sort(keys);
    return keys;
  }

  private Path path(String key) {
    if (!KEY.matcher(key).matches()) {
      throw new IllegalArgumentException("not a key of a record: \"" + key + "\"");
    }
    return folder.resolve(key);
  }
}
