package dev.larder.engine.snapshot;

import dev.larder.engine.digest.Digest;
import dev.larder.engine.linux.Stat;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A tree of files as lists of entries, each folder by the digest of its list, so that equal folders
 * are held once and two trees are compared without looking into what they share.
 *
 * <p>As text ({@code docs/cache-keys.md}):
 *
 * <pre>
 * larder-tree/1 ROOT
 * = FOLDER
 * f 644 0 0 DIGEST - main.c
 * d 755 0 0 FOLDER - lib
 * </pre>
 *
 * @param root the digest of the topmost list
 * @param folders each list by its digest
 */
public record TreeManifest(Digest root, SequencedMap<Digest, List<TreeEntry>> folders) {
  private static final String MAGIC = "larder-tree/1 ";
  private static final Set<String> INSTALLED =
      Set.of("node_modules", "site-packages", "vendor", ".git");

  public TreeManifest {
    folders = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(folders));
  }

  /** How a file differs. */
  public enum Kind {
    ADDED,
    REMOVED,
    CONTENT,
    MODE,
    OWNER,
    ATTRIBUTES,
    TYPE
  }

  /**
   * A file that differs, by its path from the top, and in what.
   *
   * @param before what it was; nothing if it is new
   * @param after what it is; nothing if it is gone
   */
  public record Change(
      String path, Kind kind, @Nullable TreeEntry before, @Nullable TreeEntry after) {
    @Override
    public String toString() {
      return switch (kind) {
        case ADDED -> path + " is new";
        case REMOVED -> path + " is gone";
        case CONTENT -> path + " changed";
        case MODE -> path + " has other permissions";
        case OWNER -> path + " has another owner";
        case ATTRIBUTES -> path + " has other extended attributes";
        case TYPE -> path + " is of another type";
      };
    }
  }

  /**
   * The digest of a folder's entries.
   *
   * @param entries in {@link TreeEntry#ORDER}
   */
  public static Digest digestOf(List<TreeEntry> entries) {
    StringBuilder text = new StringBuilder("folder/1\n");
    for (TreeEntry entry : entries) {
      entry.line(text).append('\n');
    }
    return Digest.ofText(text.toString());
  }

  /** The text, in ASCII. Inverted by {@link #parse}. */
  public byte[] toBytes() {
    StringBuilder text = new StringBuilder(MAGIC).append(root.hex()).append('\n');
    folders.forEach(
        (digest, entries) -> {
          text.append("= ").append(digest.hex()).append('\n');
          entries.forEach(entry -> entry.line(text).append('\n'));
        });
    return text.toString().getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * Inverts {@link #toBytes}.
   *
   * @throws IllegalArgumentException if it is not such a text
   */
  public static TreeManifest parse(byte[] bytes) {
    Iterator<String> lines = new String(bytes, StandardCharsets.US_ASCII).lines().iterator();
    String first = lines.hasNext() ? lines.next() : "";
    if (!first.startsWith(MAGIC)) {
      throw new IllegalArgumentException("not a tree: it begins with \"" + first + "\"");
    }
    SequencedMap<Digest, List<TreeEntry>> folders = new LinkedHashMap<>();
    List<TreeEntry> current = new ArrayList<>();
    while (lines.hasNext()) {
      String line = lines.next();
      if (line.startsWith("= ")) {
        current = new ArrayList<>();
        folders.put(new Digest(line.substring(2)), current);
      } else {
        current.add(TreeEntry.parse(line));
      }
    }
    return new TreeManifest(new Digest(first.substring(MAGIC.length())), folders);
  }

  /** What is different in this, compared to an earlier tree; sorted by path. */
  public List<Change> changesSince(TreeManifest earlier) {
    List<Change> changes = new ArrayList<>();
    compare("", earlier, earlier.root, root, changes);
    return changes;
  }

  private void compare(
      String path, TreeManifest earlier, Digest old, Digest now, List<Change> changes) {
    if (old.equals(now)) {
      return;
    }
    Map<String, TreeEntry> before = byName(earlier.folders.get(old));
    Map<String, TreeEntry> after = byName(folders.get(now));
    TreeMap<String, TreeEntry> all = new TreeMap<>(before);
    all.putAll(after);
    for (String name : all.keySet()) {
      String at = path.isEmpty() ? name : path + "/" + name;
      TreeEntry was = before.get(name);
      TreeEntry is = after.get(name);
      if (was == null) {
        changes.add(new Change(at, Kind.ADDED, null, is));
      } else if (is == null) {
        changes.add(new Change(at, Kind.REMOVED, was, null));
      } else {
        compare(at, earlier, was, is, changes);
      }
    }
  }

  private void compare(
      String at, TreeManifest earlier, TreeEntry was, TreeEntry is, List<Change> changes) {
    if (was.type() != is.type()) {
      changes.add(new Change(at, Kind.TYPE, was, is));
      return;
    }
    if (was.mode() != is.mode()) {
      changes.add(new Change(at, Kind.MODE, was, is));
    }
    if (was.uid() != is.uid() || was.gid() != is.gid()) {
      changes.add(new Change(at, Kind.OWNER, was, is));
    }
    if (!was.attributes().equals(is.attributes())) {
      changes.add(new Change(at, Kind.ATTRIBUTES, was, is));
    }
    if (!was.what().equals(is.what())) {
      if (is.isDirectory()) {
        compare(at, earlier, new Digest(was.what()), new Digest(is.what()), changes);
      } else {
        changes.add(new Change(at, Kind.CONTENT, was, is));
      }
    }
  }

  /** The regular files whose paths pass a test, by path; none of installed packages. */
  public SequencedMap<String, TreeEntry> files(Predicate<String> wanted) {
    SequencedMap<String, TreeEntry> found = new LinkedHashMap<>();
    files("", root, wanted, found);
    return found;
  }

  private void files(
      String path, Digest folder, Predicate<String> wanted, Map<String, TreeEntry> found) {
    for (TreeEntry entry : folders.getOrDefault(folder, List.of())) {
      String at = path.isEmpty() ? entry.name() : path + "/" + entry.name();
      if (entry.isDirectory() && !INSTALLED.contains(entry.name())) {
        files(at, new Digest(entry.what()), wanted, found);
      } else if (entry.type() == Stat.REGULAR && wanted.test(at)) {
        found.put(at, entry);
      }
    }
  }

  private static Map<String, TreeEntry> byName(@Nullable List<TreeEntry> entries) {
    Map<String, TreeEntry> named = new TreeMap<>();
    if (entries != null) {
      entries.forEach(entry -> named.put(entry.name(), entry));
    }
    return named;
  }
}
