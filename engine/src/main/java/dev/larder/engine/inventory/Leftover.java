package dev.larder.engine.inventory;

import dev.larder.engine.snapshot.StackedFiles;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A cache that a package manager left in an image.
 *
 * @param folder that only speeds up what is not done in it again
 * @param bytes of its files, in whole blocks of 4 KiB
 */
public record Leftover(String folder, long bytes) {
  private static final long WORTH_TELLING = 1 << 20;

  /** Where they keep them; those in a home folder are looked for in root's and in each of /home. */
  private static final List<String> FOLDERS =
      List.of(
          "/var/lib/apt/lists",
          "/var/cache/apt",
          "/var/cache/apk",
          "/var/cache/dnf",
          "/var/cache/yum",
          "/opt/conda/pkgs",
          "/go/pkg/mod",
          "/usr/local/cargo/registry",
          "/tmp",
          "/var/tmp");

  private static final List<String> IN_HOMES =
      List.of(
          ".cache",
          ".npm",
          ".m2/repository",
          ".gradle/caches",
          ".cargo/registry",
          ".local/share/pnpm/store",
          ".composer/cache",
          "go/pkg/mod");

  /** Those worth telling of, the largest first. */
  static List<Leftover> in(StackedFiles files) {
    List<String> folders = new ArrayList<>(FOLDERS);
    List<String> homes = new ArrayList<>(List.of("/root"));
    files.below("/home").keySet().stream()
        .map(path -> path.substring(0, path.indexOf('/', "/home/".length() + 1) + 1))
        .filter(home -> !home.isEmpty())
        .map(home -> home.substring(0, home.length() - 1))
        .distinct()
        .forEach(homes::add);
    homes.forEach(home -> IN_HOMES.forEach(name -> folders.add(home + "/" + name)));
    return folders.stream()
        .map(folder -> new Leftover(folder, weight(files, folder)))
        .filter(one -> one.bytes() >= WORTH_TELLING)
        .sorted(Comparator.comparingLong(Leftover::bytes).reversed())
        .toList();
  }

  private static long weight(StackedFiles files, String folder) {
    return files.below(folder).values().stream().mapToLong(StackedFiles.File::bytes).sum();
  }
}
