package dev.larder.engine.inventory;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * How the packages of an image differ from those of another.
 *
 * @param bytes that the image has more; less than 0 if it has less
 * @param packages the largest change first
 */
public record InventoryChanges(long bytes, List<Changed> packages) {
  /** Keeps a copy. */
  public InventoryChanges {
    packages = List.copyOf(packages);
  }

  /**
   * A package that was added, removed, or has another version or size. Where an image has several
   * of a name, they count together.
   *
   * @param before its versions there; empty if it was not there
   * @param now its versions; empty if it is gone
   * @param bytes that it has more
   */
  public record Changed(Ecosystem ecosystem, String name, String before, String now, long bytes) {}

  private record Key(Ecosystem ecosystem, String name) {}

  /** Versions and bytes of all packages of a name. */
  private static final class Sum {
    private final TreeSet<String> versions = new TreeSet<>();
    private long bytes;

    String text() {
      return String.join(", ", versions);
    }
  }

  /** From one image to another. */
  public static InventoryChanges between(Inventory before, Inventory now) {
    Map<Key, Sum> old = sums(before);
    Map<Key, Sum> current = sums(now);
    TreeSet<Key> keys =
        new TreeSet<>(Comparator.comparing(Key::ecosystem).thenComparing(Key::name));
    keys.addAll(old.keySet());
    keys.addAll(current.keySet());
    List<Changed> changed = new ArrayList<>();
    for (Key key : keys) {
      Sum a = old.getOrDefault(key, new Sum());
      Sum b = current.getOrDefault(key, new Sum());
      if (!a.versions.equals(b.versions) || a.bytes != b.bytes) {
        changed.add(
            new Changed(key.ecosystem(), key.name(), a.text(), b.text(), b.bytes - a.bytes));
      }
    }
    changed.sort(Comparator.comparingLong((Changed one) -> -Math.abs(one.bytes())));
    return new InventoryChanges(now.bytes() - before.bytes(), changed);
  }

  private static Map<Key, Sum> sums(Inventory inventory) {
    Map<Key, Sum> sums =
        new TreeMap<>(Comparator.comparing(Key::ecosystem).thenComparing(Key::name));
    for (InstalledPackage one : inventory.packages()) {
      Sum sum = sums.computeIfAbsent(new Key(one.ecosystem(), one.name()), key -> new Sum());
      sum.versions.add(one.version());
      sum.bytes += one.bytes();
    }
    return sums;
  }
}
