package dev.larder.engine.service;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Volumes: folders that outlive containers, {@code volumes/NAME/_data}. */
final class Volumes {
  private final Path home;

  Volumes(Path home) {
    this.home = home;
  }

  Path data(String name) {
    ServiceFolder.checkName(name);
    return home.resolve("volumes").resolve(name).resolve("_data");
  }

  /**
   * The folder of a volume, made at its first use. As in Docker, an empty volume begins with what
   * the image has at the target: files, owners, modes and all.
   *
   * @param content the image's folder at the target
   */
  Path open(Mount.Volume volume, Path content) throws IOException, InterruptedException {
    Path data = data(volume.name());
    Path folder = data.resolve("..").normalize();
    try (FileLock _ = FileLock.take(folder.resolve("lock"))) {
      boolean fresh = !Files.exists(data);
      if (!fresh && (!volume.copy() || !isEmpty(data))) {
        return data;
      }
      if (!volume.copy() || !Files.isDirectory(content)) {
        Files.createDirectories(data);
        return data;
      }
      // Filled beside it and moved, so that a half-filled one is never taken for a volume.
      Path filling = folder.resolve("_filling");
      Programs.run("rm", "-rf", filling.toString());
      Programs.run("cp", "-a", "--reflink=auto", "-T", content.toString(), filling.toString());
      if (!fresh) {
        Files.delete(data);
      }
      Files.move(filling, data);
      return data;
    }
  }

  /** Removes one with all that is in it; whether there was one. */
  boolean remove(String name) throws IOException, InterruptedException {
    Path folder = data(name).resolve("..").normalize();
    boolean there = Files.exists(folder);
    Programs.run("rm", "-rf", folder.toString());
    return there;
  }

  private static boolean isEmpty(Path folder) throws IOException {
    try (Stream<Path> list = Files.list(folder)) {
      return list.findAny().isEmpty();
    }
  }
}
