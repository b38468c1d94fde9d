package dev.larder.engine.snapshot;

import dev.larder.engine.linux.Errno;
import dev.larder.engine.linux.Inodes;
import dev.larder.engine.linux.Stat;
import dev.larder.engine.linux.Trees;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A layer's folder being filled by names that an archive chose: no name leads out of it. Symbolic
 * links in the folders of a path are followed as a process would that has this folder as its root.
 */
final class LayerFolder {
  private static final int MAX_LINKS = 40;
  private static final int NEW_FOLDER = 0755;

  /** The file system below, opened when it is first asked for. */
  interface Base {
    /** A folder; empty of files if there is no base. */
    String root() throws IOException;
  }

  private record Time(long seconds, int nanos) {}

  private final String root;
  private final Base base;
  private final OverlayFormat format;
  private final Map<String, String> resolved = new HashMap<>();
  private final Map<String, Time> times = new LinkedHashMap<>();

  LayerFolder(String root, Base base, OverlayFormat format) {
    this.root = root;
    this.base = base;
    this.format = format;
  }

  /** The absolute path of a path in the layer. */
  String absolute(String path) {
    return root + path;
  }

  /**
   * A path of an archive as {@code /a/b}; empty for the root.
   *
   * @throws IOException if it leads above the root
   */
  static String clean(String path) throws IOException {
    Deque<String> parts = new ArrayDeque<>();
    for (String part : path.split("/", -1)) {
      if (part.equals("..")) {
        if (parts.isEmpty()) {
          throw new IOException("\"" + path + "\" leads out of the layer");
        }
        parts.removeLast();
      } else if (!part.isEmpty() && !part.equals(".")) {
        parts.addLast(part);
      }
    }
    return parts.isEmpty() ? "" : "/" + String.join("/", parts);
  }

  /** The same path with no symbolic link in its folders, which are made where they are missing. */
  String locate(String path) throws IOException {
    int slash = path.lastIndexOf('/');
    if (slash <= 0) {
      return path;
    }
    String folder = path.substring(0, slash);
    String real = resolved.get(folder);
    if (real == null) {
      real = resolve(folder);
      resolved.put(folder, real);
    }
    return real + path.substring(slash);
  }

  private String resolve(String folder) throws IOException {
    Deque<String> left = new ArrayDeque<>(Arrays.asList(folder.substring(1).split("/", -1)));
    String at = "";
    int links = 0;
    while (!left.isEmpty()) {
      String part = left.removeFirst();
      if (part.isEmpty() || part.equals(".")) {
        continue;
      }
      if (part.equals("..")) {
        at = at.substring(0, Math.max(0, at.lastIndexOf('/')));
        continue;
      }
      String next = at + "/" + part;
      Optional<Stat> stat = Inodes.find(root + next);
      if (stat.isPresent() && stat.get().isSymbolicLink()) {
        if (++links > MAX_LINKS) {
          throw new IOException("too many symbolic links in \"" + folder + "\"");
        }
        String target = Inodes.readLink(root + next);
        Arrays.asList(target.split("/", -1)).reversed().forEach(left::addFirst);
        at = target.startsWith("/") ? "" : at;
        continue;
      }
      if (stat.isEmpty() || stat.get().isWhiteout()) {
        makeMissing(next, stat.isPresent());
      } else if (!stat.get().isDirectory()) {
        throw new IOException("\"" + next.substring(1) + "\" is not a folder");
      }
      at = next;
    }
    return at;
  }

  /** A folder that has no entry looks as the one below it does. */
  private void makeMissing(String path, boolean whiteout) throws IOException {
    if (whiteout) {
      Inodes.removeFile(root + path);
    }
    makeFolder(path, whiteout);
    Optional<Stat> below = whiteout ? Optional.empty() : below(path);
    if (below.isPresent() && below.get().isDirectory()) {
      Stat stat = below.get();
      LayerFiles.copyAttributes(base.root() + path, stat, root + path);
      setTime(path, stat.mtimeSeconds(), stat.mtimeNanos());
    } else {
      Inodes.changeMode(root + path, NEW_FOLDER); // whatever the umask
    }
  }

  private void makeFolder(String path, boolean opaque) throws Errno {
    Inodes.makeFolder(root + path, NEW_FOLDER);
    if (opaque) {
      format.makeOpaque(root + path);
    }
  }

  /**
   * What the base has at a path whose folders are folders in the layer. A symbolic link in the
   * base's folders is not followed: the layer's folder has taken its place.
   */
  Optional<Stat> below(String path) throws IOException {
    String in = base.root();
    int slash = path.indexOf('/', 1);
    while (slash > 0) {
      Optional<Stat> stat = Inodes.find(in + path.substring(0, slash));
      if (stat.isEmpty() || !stat.get().isDirectory()) {
        return Optional.empty();
      }
      slash = path.indexOf('/', slash + 1);
    }
    return Inodes.find(in + path);
  }

  /**
   * Makes room for an entry: what this layer has there goes, but for a folder that gets another
   * entry.
   *
   * @return whether a folder is there already
   */
  boolean makeRoom(String path, boolean forFolder) throws IOException {
    Optional<Stat> stat = Inodes.find(root + path);
    if (stat.isEmpty()) {
      if (forFolder) {
        makeFolder(path, false);
      }
      return forFolder;
    }
    if (stat.get().isDirectory() && forFolder) {
      return true;
    }
    boolean whiteout = stat.get().isWhiteout();
    removeHere(path, stat.get());
    if (forFolder) {
      makeFolder(path, whiteout);
    }
    return forFolder;
  }

  /** Removes what this layer has there; what it knew of the paths below it goes, too. */
  private void removeHere(String path, Stat stat) throws Errno {
    if (stat.isDirectory() || stat.isSymbolicLink()) {
      resolved.clear();
    }
    Trees.remove(root + path);
  }

  /** Hides what lower layers have at a path; what this layer itself puts there stays. */
  void hide(String path) throws IOException {
    Optional<Stat> here = Inodes.find(root + path);
    if (here.isEmpty()) {
      if (below(path).isPresent()) {
        Inodes.makeNode(root + path, Stat.CHARACTER_DEVICE, 0, 0);
      }
    } else if (here.get().isDirectory()) {
      format.makeOpaque(root + path);
    }
  }

  /** Hides all that lower layers have in a folder. */
  void hideAllIn(String path) throws IOException {
    if (!path.isEmpty()) {
      makeRoom(path, true);
      format.makeOpaque(root + path);
      return;
    }
    // The kernel always merges the roots.
    for (Inodes.Entry entry : Inodes.list(base.root())) {
      hide("/" + entry.name());
    }
  }

  /**
   * Makes another name of a file, which may be one of a lower layer: then it is copied into this
   * one first.
   */
  void link(String target, String path) throws IOException {
    Optional<Stat> here = Inodes.find(root + target);
    if (here.isEmpty()) {
      Optional<Stat> below = below(target);
      if (below.isEmpty()) {
        throw new IOException("its target \"" + target.substring(1) + "\" is not there");
      }
      LayerFiles.copyFile(base.root() + target, below.get(), root + target);
    }
    Inodes.link(root + target, root + path);
  }

  /** Sets a folder's time at the end, since filling it changes it. */
  void setTime(String path, long seconds, int nanos) {
    times.put(path, new Time(seconds, nanos));
  }

  /** Sets the times of folders. */
  void finish() throws IOException {
    for (Map.Entry<String, Time> folder : times.entrySet()) {
      String path = root + folder.getKey();
      if (Inodes.find(path).filter(Stat::isDirectory).isPresent()) {
        Inodes.changeTime(path, folder.getValue().seconds(), folder.getValue().nanos());
      }
    }
  }
}
