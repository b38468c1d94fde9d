package dev.larder.engine.inventory;

import dev.larder.engine.snapshot.StackedFiles;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What an image is made of. All sizes are bytes on disk in whole blocks of 4 KiB, as {@code du}
 * counts them, without folders.
 *
 * @param packages the largest first
 * @param bytes of all files that the image shows
 * @param files how many they are
 * @param layers what each holds, from the bottom
 * @param leftovers caches that package managers left inside, the largest first
 */
public record Inventory(
    List<InstalledPackage> packages,
    long bytes,
    int files,
    List<LayerSize> layers,
    List<Leftover> leftovers) {
  private static final List<PackageReader> READERS =
      List.of(
          new Dpkg(),
          new Apk(),
          new JsonPackages.Conda(),
          new Python(),
          new JsonPackages.Npm(),
          new Jars(),
          new Gems(),
          new JsonPackages.Composer());

  /** Keeps copies. */
  public Inventory {
    packages = List.copyOf(packages);
    layers = List.copyOf(layers);
    leftovers = List.copyOf(leftovers);
  }

  /**
   * What a layer holds.
   *
   * @param bytes of its files
   * @param gone of these, what layers above removed or replaced: paid for, but not seen
   */
  public record LayerSize(long bytes, long gone) {}

  /**
   * Takes stock.
   *
   * @param layers how many the image has
   * @throws IOException if a file that lists packages can't be read
   */
  public static Inventory of(StackedFiles files, int layers) throws IOException {
    Set<String> claimed = new HashSet<>();
    List<InstalledPackage> packages = new ArrayList<>();
    for (PackageReader reader : READERS) {
      reader.read(
          files,
          (name, version, place, paths) ->
              packages.add(
                  measured(
                      files, claimed, layers, reader.ecosystem(), name, version, place, paths)));
    }
    packages.sort(
        Comparator.comparingLong(InstalledPackage::bytes)
            .reversed()
            .thenComparing(InstalledPackage::name)
            .thenComparing(InstalledPackage::place));
    long bytes = files.shown().values().stream().mapToLong(StackedFiles.File::bytes).sum();
    return new Inventory(
        packages, bytes, files.shown().size(), layers(files, layers), Leftover.in(files));
  }

  private static InstalledPackage measured(
      StackedFiles files,
      Set<String> claimed,
      int layers,
      Ecosystem ecosystem,
      String name,
      String version,
      String place,
      Collection<String> paths) {
    long[] byLayer = new long[Math.max(layers, 1)];
    long own = 0;
    for (String path : new LinkedHashSet<>(paths)) {
      StackedFiles.File file = files.shown().get(path);
      if (file != null) {
        byLayer[file.layer()] += file.bytes();
        own += claimed.add(path) ? file.bytes() : 0;
      }
    }
    long sum = 0;
    int most = 0;
    for (int i = 0; i < byLayer.length; i++) {
      sum += byLayer[i];
      most = byLayer[i] > byLayer[most] ? i : most;
    }
    return new InstalledPackage(ecosystem, name, version, place, sum, own, most);
  }

  private static List<LayerSize> layers(StackedFiles files, int number) {
    long[] bytes = new long[number];
    long[] gone = new long[number];
    files.shown().values().forEach(file -> bytes[file.layer()] += file.bytes());
    for (StackedFiles.Hidden hidden : files.hidden()) {
      bytes[hidden.file().layer()] += hidden.file().bytes();
      gone[hidden.file().layer()] += hidden.file().bytes();
    }
    List<LayerSize> layers = new ArrayList<>();
    for (int i = 0; i < number; i++) {
      layers.add(new LayerSize(bytes[i], gone[i]));
    }
    return layers;
  }

  /** Bytes that each ecosystem has claimed; those with none are left out. */
  public Map<Ecosystem, Long> byEcosystem() {
    Map<Ecosystem, Long> sums = new EnumMap<>(Ecosystem.class);
    packages.forEach(one -> sums.merge(one.ecosystem(), one.claimed(), Long::sum));
    return sums;
  }

  /** Bytes of files that belong to no package. */
  public long others() {
    return bytes - packages.stream().mapToLong(InstalledPackage::claimed).sum();
  }

  /** Bytes that layers hold and the image does not show. */
  public long gone() {
    return layers.stream().mapToLong(LayerSize::gone).sum();
  }
}
