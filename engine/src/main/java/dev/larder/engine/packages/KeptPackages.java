package dev.larder.engine.packages;

import dev.larder.engine.digest.Digest;
import dev.larder.engine.store.BlobStore;
import dev.larder.engine.store.FileBlobStore;
import dev.larder.engine.store.Memos;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/** The package store for those who look after it: what is there, what is damaged, what goes. */
public final class KeptPackages {
  private static final String FILE = "file";
  private static final String INDEX = "index";
  private static final String OFFLINE = "offline";

  private final Memos entries;
  private final FileBlobStore blobs;

  private KeptPackages(Memos entries, FileBlobStore blobs) {
    this.entries = entries;
    this.blobs = blobs;
  }

  /**
   * Opens the packages of a folder, which is made if need be.
   *
   * @param blobs where their bodies are kept
   */
  public static KeptPackages open(Path folder, FileBlobStore blobs) throws IOException {
    return new KeptPackages(PackageStore.entries(folder), blobs);
  }

  /**
   * What a URL can be: a file of an ecosystem, {@code file} if it never changes by what its server
   * said, {@code index} if it may change, {@code offline} if it is used without a network only.
   */
  public static SortedSet<String> kinds() {
    SortedSet<String> kinds = new TreeSet<>(PackageFiles.ecosystems());
    kinds.addAll(List.of(FILE, INDEX, OFFLINE));
    return kinds;
  }

  /** All URLs, in no order. What can't be read counts as absent, as it does for builds. */
  public List<KeptPackage> list() throws IOException {
    Map<Digest, BlobStore.Use> uses = new HashMap<>();
    blobs.uses().forEach(use -> uses.put(use.digest(), use));
    List<KeptPackage> all = new ArrayList<>();
    for (Digest key : entries.keys()) {
      Optional<String> text = entries.find(key);
      text.flatMap(one -> kept(key, one, uses)).ifPresent(all::add);
    }
    return all;
  }

  private static Optional<KeptPackage> kept(
      Digest key, String text, Map<Digest, BlobStore.Use> uses) {
    List<Variant> variants = VariantText.read(text);
    if (variants.isEmpty()) {
      return Optional.empty();
    }
    String url = VariantText.url(text);
    Map<Digest, Long> bodies = new HashMap<>();
    Instant stored = Instant.MIN;
    Instant used = Instant.MIN;
    for (Variant variant : variants) {
      stored = latest(stored, variant.response().received());
      BlobStore.Use use = uses.get(variant.body());
      if (use != null) {
        bodies.put(use.digest(), use.size());
        used = latest(used, use.lastUsed());
      }
    }
    used = bodies.isEmpty() ? stored : used;
    return Optional.of(new KeptPackage(key, url, kind(url, variants), bodies, stored, used));
  }

  private static Instant latest(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }

  private static String kind(String url, List<Variant> variants) {
    Set<Variant.Kind> kinds = new HashSet<>();
    variants.forEach(variant -> kinds.add(variant.kind()));
    if (kinds.contains(Variant.Kind.PACKAGE)) {
      String path = url.replaceFirst("^[^/]*//[^/]*", "").replaceFirst("[?#].*", "");
      return PackageFiles.ecosystem(path).orElse(FILE);
    }
    return kinds.contains(Variant.Kind.INDEX) ? INDEX : OFFLINE;
  }

  /** Forgets a URL; its bodies stay. */
  public void forget(KeptPackage kept) throws IOException {
    entries.remove(kept.key());
  }

  /**
   * What was found.
   *
   * @param bodies how many were read
   * @param bytes of them
   * @param damaged the URLs whose bodies were not what they were; they are gone
   */
  public record Verified(int bodies, long bytes, List<KeptPackage> damaged) {
    public Verified {
      damaged = List.copyOf(damaged);
    }
  }

  /** Reads all bodies, and removes what is not as it came: it is fetched again when needed. */
  public Verified verify() throws IOException {
    Map<Digest, Long> bodies = new HashMap<>();
    List<KeptPackage> all = list();
    all.forEach(kept -> bodies.putAll(kept.bodies()));
    Set<KeptPackage> gone = new HashSet<>();
    for (Digest body : bodies.keySet()) {
      if (blobs.isDamaged(body)) {
        for (KeptPackage kept : all) {
          if (kept.bodies().containsKey(body) && gone.add(kept)) {
            forget(kept);
          }
        }
        blobs.remove(body);
      }
    }
    long bytes = bodies.values().stream().mapToLong(Long::longValue).sum();
    List<KeptPackage> damaged = all.stream().filter(gone::contains).toList();
    return new Verified(bodies.size(), bytes, damaged);
  }
}
