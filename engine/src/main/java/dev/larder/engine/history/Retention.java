package dev.larder.engine.history;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** How much is kept of files whose loss costs an explanation and nothing else. */
public final class Retention {
  private Retention() {}

  private record Kept(Path file, FileTime used, long bytes) {}

  /**
   * Removes the files of a folder that were not used for the longest time, until the others have
   * this many bytes at most.
   */
  public static void trim(Path folder, long most) throws IOException {
    List<Kept> all = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        try {
          BasicFileAttributes of = Files.readAttributes(file, BasicFileAttributes.class);
          all.add(new Kept(file, of.lastModifiedTime(), of.size()));
        } catch (NoSuchFileException gone) {
          // By another process, just now.
        }
      }
    } catch (NoSuchFileException none) {
      return;
    }
    all.sort(Comparator.comparing(Kept::used).reversed());
    long bytes = 0;
    for (Kept one : all) {
      bytes += one.bytes();
      if (bytes > most) {
        Files.deleteIfExists(one.file());
      }
    }
  }
}
