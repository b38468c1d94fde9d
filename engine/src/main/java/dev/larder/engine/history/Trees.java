package dev.larder.engine.history;

import dev.larder.engine.digest.Digest;
import dev.larder.engine.snapshot.TreeEntry;
import dev.larder.engine.snapshot.TreeManifest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;

/**
 * What was in the files that steps read, by the key that the cache knows it by. Of a tree that was
 * read before only the folders that changed are written, on top of the earlier one.
 *
 * <pre>
 * larder-base/1 KEY DEPTH            the tree it stands on, or - 0
 * larder-tree/1 ROOT                 as in {@link TreeManifest}
 * </pre>
 */
public final class Trees {
  private static final String MAGIC = "larder-base/1 ";
  private static final int DEEPEST = 16;

  private final Path folder;
  private final Clock clock;

  private Trees(Path folder, Clock clock) {
    this.folder = folder;
    this.clock = clock;
  }

  /** The trees in a folder, which is made when the first one is kept. */
  public static Trees of(Path folder, Clock clock) {
    return new Trees(folder, clock);
  }

  /** A tree and how many others it stands on. */
  private record Kept(TreeManifest tree, int depth) {}

  /** A tree, if it is kept and whole. */
  public Optional<TreeManifest> find(Digest key) throws IOException {
    return read(key, DEEPEST).map(Kept::tree).filter(Trees::isWhole);
  }

  private Optional<Kept> read(Digest key, int deepest) throws IOException {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(file(key));
      // The time of its last use, by which old ones go; those that it stands on are read after it.
      Files.setLastModifiedTime(file(key), FileTime.from(clock.instant()));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
    try {
      int end = 0;
      while (end < bytes.length && bytes[end] != '\n') {
        end++;
      }
      String[] head = new String(bytes, 0, end, StandardCharsets.US_ASCII).split(" ", -1);
      if (head.length != 3 || !MAGIC.equals(head[0] + " ") || end == bytes.length) {
        return Optional.empty();
      }
      TreeManifest own = TreeManifest.parse(Arrays.copyOfRange(bytes, end + 1, bytes.length));
      int depth = Integer.parseInt(head[2]);
      if (head[1].equals("-")) {
        return Optional.of(new Kept(own, depth));
      }
      if (deepest == 0) {
        return Optional.empty();
      }
      Optional<Kept> base = read(new Digest(head[1]), deepest - 1);
      return base.map(below -> new Kept(onTop(own, below.tree()), depth));
    } catch (IllegalArgumentException torn) {
      return Optional.empty();
    }
  }

  private static TreeManifest onTop(TreeManifest own, TreeManifest base) {
    SequencedMap<Digest, List<TreeEntry>> all = new LinkedHashMap<>(own.folders());
    base.folders().forEach(all::putIfAbsent);
    return new TreeManifest(own.root(), all);
  }

  /** Whether each folder that is reached from the top has its list. */
  private static boolean isWhole(TreeManifest tree) {
    return isWhole(tree, tree.root(), new HashSet<>());
  }

  private static boolean isWhole(TreeManifest tree, Digest folder, Set<Digest> seen) {
    if (!seen.add(folder)) {
      return true;
    }
    List<TreeEntry> entries = tree.folders().get(folder);
    if (entries == null) {
      return false;
    }
    for (TreeEntry entry : entries) {
      if (entry.isDirectory() && !isWhole(tree, new Digest(entry.what()), seen)) {
        return false;
      }
    }
    return true;
  }

  /**
   * Keeps a tree. It is written aside and renamed; one that is kept already stays.
   *
   * @param earlier the key of a tree that is likely to be much like it, if any
   */
  public void keep(Digest key, TreeManifest tree, Optional<Digest> earlier) throws IOException {
    if (Files.exists(file(key))) {
      return;
    }
    Optional<Kept> base =
        earlier.isPresent() && !earlier.get().equals(key)
            ? read(earlier.get(), DEEPEST)
            : Optional.empty();
    boolean shared = base.isPresent() && base.get().depth() < DEEPEST;
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    if (shared) {
      SequencedMap<Digest, List<TreeEntry>> changed = new LinkedHashMap<>(tree.folders());
      changed.keySet().removeAll(base.get().tree().folders().keySet());
      String head = MAGIC + earlier.get().hex() + " " + (base.get().depth() + 1) + "\n";
      text.writeBytes(head.getBytes(StandardCharsets.US_ASCII));
      text.writeBytes(new TreeManifest(tree.root(), changed).toBytes());
    } else {
      text.writeBytes((MAGIC + "- 0\n").getBytes(StandardCharsets.US_ASCII));
      text.writeBytes(tree.toBytes());
    }
    Files.createDirectories(folder);
    Path aside = Files.createTempFile(folder, "tree", ".new");
    Files.write(aside, text.toByteArray());
    Files.move(aside, file(key), StandardCopyOption.ATOMIC_MOVE);
    if (shared) {
      find(key); // what it stands on was used no earlier than itself
    }
  }

  private Path file(Digest key) {
    return folder.resolve(key.hex());
  }
}
