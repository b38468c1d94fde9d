package dev.larder.engine.source;

import dev.larder.engine.linux.Inodes;
import dev.larder.engine.linux.Stat;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Paths within a folder that is somebody else's root: no link in them leads out of it. */
public final class RootedPath {
  private static final int MAX_LINKS = 255;

  private RootedPath() {}

  /**
   * Where a path leads, its links resolved as they would be with that root. Parts that do not exist
   * are taken as they are.
   *
   * @param root a folder on this machine
   * @param path with or without a slash in front
   * @param followLast whether a symbolic link in the last part is followed
   * @return a path on this machine, below the root or the root itself
   */
  public static String resolve(String root, String path, boolean followLast) throws IOException {
    List<String> left = parts(path);
    List<String> way = new ArrayList<>();
    int links = 0;
    while (!left.isEmpty()) {
      String part = left.removeFirst();
      if (part.equals("..")) {
        if (!way.isEmpty()) {
          way.removeLast();
        }
        continue;
      }
      way.add(part);
      if (left.isEmpty() && !followLast) {
        break;
      }
      String at = root + "/" + String.join("/", way);
      Optional<Stat> stat = Inodes.find(at);
      if (stat.isPresent() && stat.get().isSymbolicLink()) {
        if (++links > MAX_LINKS) {
          throw new IOException("resolve " + path + ": too many symbolic links");
        }
        String target = Inodes.readLink(at);
        way.removeLast();
        if (target.startsWith("/")) {
          way.clear();
        }
        left.addAll(0, parts(target));
      }
    }
    return way.isEmpty() ? root : root + "/" + String.join("/", way);
  }

  private static List<String> parts(String path) {
    List<String> parts = new ArrayList<>();
    for (String part : path.split("/")) {
      if (!part.isEmpty() && !part.equals(".")) {
        parts.add(part);
      }
    }
    return parts;
  }
}
