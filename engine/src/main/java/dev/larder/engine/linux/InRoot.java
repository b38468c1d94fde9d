package dev.larder.engine.linux;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Paths as a process sees them whose root folder is one of ours.
 *
 * <p>Symbolic links are followed below that folder and never lead out of it, as after {@code
 * chroot(2)}. Nobody else may be changing the files meanwhile.
 */
public final class InRoot {
  private static final int MOST_LINKS = 255; // as BuildKit; the kernel's 40 are too few for images

  private InRoot() {}

  /**
   * The path outside of a path inside. Parts that do not exist are taken as they are written.
   *
   * @param root the folder that is the root
   * @param path inside, absolute or relative to the root
   * @throws Errno ELOOP if there are more than 255 links on the way
   */
  public static String resolve(String root, String path) throws Errno {
    return resolve(root, path, true);
  }

  /** The same, but a symbolic link in the last part is itself what is meant. */
  public static String resolveNoFollow(String root, String path) throws Errno {
    return resolve(root, path, false);
  }

  private static String resolve(String root, String path, boolean followLast) throws Errno {
    Deque<String> todo = parts(path);
    List<String> done = new ArrayList<>();
    int links = 0;
    while (!todo.isEmpty()) {
      String part = todo.pop();
      if (part.equals("..")) {
        if (!done.isEmpty()) {
          done.removeLast();
        }
        continue;
      }
      done.add(part);
      if (todo.isEmpty() && !followLast) {
        break;
      }
      String here = join(root, done);
      Optional<Stat> stat = Inodes.find(here);
      if (stat.isPresent() && stat.get().isSymbolicLink()) {
        links++;
        if (links > MOST_LINKS) {
          throw new Errno("resolve " + path + " in " + root, Errno.ELOOP);
        }
        String target = Inodes.readLink(here);
        done.removeLast();
        if (target.startsWith("/")) {
          done.clear();
        }
        List<String> more = new ArrayList<>(parts(target));
        more.reversed().forEach(todo::push);
      }
    }
    return join(root, done);
  }

  private static Deque<String> parts(String path) {
    Deque<String> parts = new ArrayDeque<>(Arrays.asList(path.split("/")));
    parts.removeIf(p -> p.isEmpty() || p.equals("."));
    return parts;
  }

  private static String join(String root, List<String> parts) {
    String start = root.equals("/") ? "" : root;
    return parts.isEmpty() ? root : start + "/" + String.join("/", parts);
  }
}
