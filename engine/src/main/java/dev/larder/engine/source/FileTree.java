package dev.larder.engine.source;

import dev.larder.engine.digest.Digest;
import dev.larder.engine.linux.Errno;
import dev.larder.engine.linux.Fd;
import dev.larder.engine.linux.FileCopy;
import dev.larder.engine.linux.Inodes;
import dev.larder.engine.linux.Stat;
import dev.larder.engine.snapshot.FileDigests;
import dev.larder.engine.snapshot.FileDigests.Known;
import dev.larder.engine.snapshot.TreeEntry;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A folder that files are copied from: a build context in place, or a mounted view of a snapshot.
 * Nothing is looked at before it is asked for, and nothing is looked at twice. May be used from
 * many threads.
 */
public final class FileTree {
  private static final int MAX_LINKS = 255;
  private static final int ATTEMPTS = 5;

  private final String what;
  private final String root;
  private final PathFilter filter;
  private final boolean keepsOwners;
  private final boolean normalizesModes;
  private final @Nullable FileDigests memo;
  private final TreeNode top;
  private final AtomicLong bytesRead = new AtomicLong();
  private final Set<String> changed = ConcurrentHashMap.newKeySet();

  private FileTree(
      String what,
      Path root,
      PathFilter filter,
      boolean keepsOwners,
      boolean normalizesModes,
      @Nullable FileDigests memo,
      Stat stat) {
    this.what = what;
    this.root = root.equals(Path.of("/")) ? "" : root.toString();
    this.filter = filter;
    this.keepsOwners = keepsOwners;
    this.normalizesModes = normalizesModes;
    this.memo = memo;
    this.top = new TreeNode(this, "", stat);
  }

  /**
   * The files of a snapshot, each with the owner it has.
   *
   * @param what it is called in messages: {@code stage "deps"}
   * @param root where it is mounted
   */
  public static FileTree of(String what, Path root) throws IOException {
    return new FileTree(
        what, root, PathFilter.NONE, true, false, null, Inodes.stat(root.toString()));
  }

  /**
   * The files of a folder that is somebody's work: they count as root's.
   *
   * @param what it is called in messages: {@code the build context}
   * @param filter what is left out
   * @param normalizesModes whether permissions are those that git keeps
   * @param memo of digests; it is for the caller to save it
   */
  static FileTree of(
      String what, Path folder, PathFilter filter, boolean normalizesModes, FileDigests memo)
      throws IOException {
    Stat stat = Inodes.stat(folder.toString());
    return new FileTree(what, folder, filter, false, normalizesModes, memo, stat);
  }

  /** The path on this machine; empty for the machine's root. */
  String root() {
    return root;
  }

  boolean keepsOwners() {
    return keepsOwners;
  }

  boolean normalizesModes() {
    return normalizesModes;
  }

  /** The folder itself. */
  public TreeNode top() {
    return top;
  }

  /** How many bytes of files were read to know their digests. */
  public long bytesRead() {
    return bytesRead.get();
  }

  /**
   * Looks a path up. Symbolic links are resolved within the tree, which no path leaves.
   *
   * @param path with or without a slash in front
   * @param followLast whether a symbolic link in the last part is followed
   */
  public Optional<TreeNode> find(String path, boolean followLast) throws IOException {
    List<String> left = parts(path);
    List<TreeNode> way = new ArrayList<>(List.of(top));
    int links = 0;
    while (!left.isEmpty()) {
      String part = left.removeFirst();
      if (part.equals("..")) {
        if (way.size() > 1) {
          way.removeLast();
        }
        continue;
      }
      TreeNode folder = way.getLast();
      Optional<TreeNode> child =
          folder.stat().isDirectory() ? folder.child(part) : Optional.empty();
      if (child.isEmpty()) {
        return Optional.empty();
      }
      if (child.get().stat().isSymbolicLink() && (followLast || !left.isEmpty())) {
        if (++links > MAX_LINKS) {
          throw new IOException("resolve " + path + ": too many symbolic links");
        }
        String target = child.get().target();
        if (target.startsWith("/")) {
          way.subList(1, way.size()).clear();
        }
        left.addAll(0, parts(target));
      } else {
        way.add(child.get());
      }
    }
    return Optional.of(way.getLast());
  }

  /**
   * As {@link #find}.
   *
   * @throws MissingSourceException if there is no such file
   */
  public TreeNode require(String path, boolean followLast) throws IOException {
    Optional<TreeNode> found = find(path, followLast);
    if (found.isPresent()) {
      return found.get();
    }
    throw missing(path);
  }

  /** That there is no such file, and why if a rule leaves it out. */
  MissingSourceException missing(String path) {
    String shown = String.join("/", parts(path));
    String why = filter.reason(shown).map(rule -> " (excluded by " + rule + ")").orElse("");
    return new MissingSourceException("\"" + shown + "\": not found in " + what + why);
  }

  private static List<String> parts(String path) {
    List<String> parts = new ArrayList<>();
    for (String part : path.split("/", -1)) {
      if (!part.isEmpty() && !part.equals(".")) {
        parts.add(part);
      }
    }
    return parts;
  }

  /** Lists a folder, each entry with its state. */
  List<TreeNode> list(TreeNode folder) throws IOException {
    List<TreeNode> children = new ArrayList<>();
    String prefix = folder.path().isEmpty() ? "" : folder.path() + "/";
    for (Inodes.Entry entry : entries(folder)) {
      String path = prefix + entry.name();
      boolean left = filter.matches(path);
      if (left && (entry.type() != Stat.DIRECTORY || filter.matchesAllBelow(path))) {
        continue;
      }
      Optional<Stat> stat = Inodes.find(root + "/" + path);
      if (stat.isEmpty() || (!keepsOwners && stat.get().type() == Stat.SOCKET)) {
        continue; // gone since it was listed; or a socket, which has nothing to be copied
      }
      TreeNode child = new TreeNode(this, path, stat.get());
      if (!left || !child.children().isEmpty()) {
        children.add(child);
      }
    }
    return List.copyOf(children);
  }

  private List<Inodes.Entry> entries(TreeNode folder) throws IOException {
    try {
      return Inodes.list(folder.hostPath());
    } catch (Errno e) {
      throw unreadable(folder, e);
    }
  }

  /** Finds or computes what is known of a file. */
  Known read(TreeNode node) throws IOException {
    Stat stat = node.stat();
    if (memo != null) {
      Optional<Known> remembered = memo.find(stat);
      if (remembered.isPresent()) {
        return remembered.get();
      }
    }
    try {
      for (int attempt = 1; ; attempt++) {
        Instant begun = memo == null ? Instant.EPOCH : memo.now();
        Known known = new Known(content(node), attributes(node));
        Stat now = Inodes.lstat(node.hostPath());
        if (same(now, stat)) {
          if (memo != null) {
            memo.remember(stat, begun, known);
          }
          return known;
        }
        if (attempt == ATTEMPTS || now.type() != stat.type()) {
          node.changed(now, known); // being written without a pause: copying will find it changed
          return known;
        }
        stat = now;
        node.changed(now, known);
      }
    } catch (IOException e) {
      throw unreadable(node, e);
    }
  }

  private String content(TreeNode node) throws IOException {
    if (!node.stat().isRegular()) {
      return "0".repeat(64);
    }
    MessageDigest sha = Digest.sha256();
    byte[] buffer = new byte[Math.clamp(node.stat().size() + 1, 512, 1 << 16)];
    try (InputStream in = open(node)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        sha.update(buffer, 0, n);
        bytesRead.addAndGet(n);
      }
    }
    return Digest.of(sha).hex();
  }

  /**
   * Copies a file's bytes into a new file, and makes sure that they are those its digest is of.
   *
   * <p>A file that was changed since its digest was made is read again, and once more if it changes
   * meanwhile, and is then taken as read: {@link #changed} names it, and digests made from now on
   * are of what was read.
   *
   * @param permissions of the new file
   */
  public void copy(TreeNode node, String destination, int permissions) throws IOException {
    try {
      FileCopy.copy(node.hostPath(), destination, permissions);
      if (keepsOwners || same(Inodes.lstat(node.hostPath()), node.stat())) {
        return;
      }
    } catch (Errno e) {
      if (keepsOwners || !e.is(Errno.ENOENT, Errno.ELOOP)) {
        throw unreadable(node, e);
      }
      throw new IOException(
          "copy " + node.path() + " of " + what + ": it was removed while the build ran", e);
    }
    copyChanging(node, destination);
  }

  private void copyChanging(TreeNode node, String destination) throws IOException {
    changed.add(node.path());
    for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
      Stat before = Inodes.lstat(node.hostPath());
      if (!before.isRegular()) {
        throw new IOException(
            "copy " + node.path() + " of " + what + ": it became another type of file meanwhile");
      }
      MessageDigest sha = Digest.sha256();
      try (InputStream in = open(node);
          OutputStream out =
              Fd.open(destination, Fd.WRITE_ONLY | Fd.TRUNCATE | Fd.NOFOLLOW, 0).output()) {
        new DigestInputStream(in, sha).transferTo(out);
      }
      node.changed(before, new Known(Digest.of(sha).hex(), attributes(node)));
      if (same(Inodes.lstat(node.hostPath()), before)) {
        return;
      }
    }
  }

  /**
   * Takes a file as it is now, for one whose bytes are about to be used in another way than by
   * {@link #copy}.
   */
  public void refresh(TreeNode node) throws IOException {
    if (!keepsOwners && !same(Inodes.lstat(node.hostPath()), node.stat())) {
      changed.add(node.path());
      node.reread(Inodes.lstat(node.hostPath()));
    }
  }

  /**
   * Makes sure that a file is as it was taken.
   *
   * @param done what was done with it meanwhile
   * @throws IOException if it is not
   */
  public void requireUnchanged(TreeNode node, String done) throws IOException {
    if (!keepsOwners && !same(Inodes.lstat(node.hostPath()), node.stat())) {
      throw new IOException(
          node.path() + " of " + what + " changed while it was " + done + "; build again");
    }
  }

  /** Paths of files that were found changed when they were copied. */
  public Set<String> changed() {
    return Set.copyOf(changed);
  }

  /** Opens a file to read. */
  public static InputStream open(TreeNode node) throws IOException {
    String path = node.hostPath();
    boolean plain = path.chars().allMatch(c -> c < 128);
    return plain
        ? new FileInputStream(path)
        : Fd.openRead(path).input(); // names that Java may not say
  }

  private static String attributes(TreeNode node) throws IOException {
    return TreeEntry.digestOf(Inodes.attributes(node.hostPath()));
  }

  /** Whether two looks at a file saw the same state of it. */
  static boolean same(Stat a, Stat b) {
    return a.inode() == b.inode()
        && a.device() == b.device()
        && a.size() == b.size()
        && a.mode() == b.mode()
        && a.mtimeSeconds() == b.mtimeSeconds()
        && a.mtimeNanos() == b.mtimeNanos()
        && a.ctimeSeconds() == b.ctimeSeconds()
        && a.ctimeNanos() == b.ctimeNanos();
  }

  private IOException unreadable(TreeNode node, IOException why) {
    if (keepsOwners) {
      return why;
    }
    String name = node.path().isEmpty() ? "." : node.path();
    return new IOException(
        "read "
            + name
            + " of "
            + what
            + " "
            + (root.isEmpty() ? "/" : root)
            + ": "
            + reason(why)
            + " (make it readable, or leave it out by a line \""
            + name
            + "\" in .dockerignore)",
        why);
  }

  private static String reason(IOException why) {
    String text = String.valueOf(why.getMessage());
    return text.substring(text.lastIndexOf(": ") < 0 ? 0 : text.lastIndexOf(": ") + 2);
  }
}
