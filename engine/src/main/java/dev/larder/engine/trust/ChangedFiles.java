package dev.larder.engine.trust;

import dev.larder.engine.linux.Errno;
import dev.larder.engine.linux.Inodes;
import dev.larder.engine.linux.Stat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The regular files of a root file system that were written to since a time: those of an overlay's
 * upper folder, or elsewhere all whose inode changed since.
 */
final class ChangedFiles {
  private static final Pattern BY_DESCRIPTOR = Pattern.compile("/proc/self/fd/[0-9]+/(.+)");

  private ChangedFiles() {}

  /** A moment by the clock that stamps files, which lags behind others by some milliseconds. */
  static Stat now(Path folder) throws IOException {
    Path probe = Files.createTempFile(folder, "now", "");
    try {
      return Inodes.lstat(probe.toString());
    } finally {
      Files.delete(probe);
    }
  }

  /** Their paths from the root, each with a slash before it. */
  static List<String> since(String root, Stat start) throws IOException {
    Optional<String> upper = upper(root);
    List<String> found = new ArrayList<>();
    Deque<String> folders = new ArrayDeque<>(List.of(""));
    String top = upper.orElse(root);
    while (!folders.isEmpty()) {
      String folder = folders.pop();
      for (Inodes.Entry entry : Inodes.list(top + folder)) {
        String path = folder + "/" + entry.name();
        if (entry.type() == Stat.DIRECTORY) {
          folders.push(path);
        } else if (entry.type() == Stat.REGULAR
            && (upper.isPresent() || changed(Inodes.lstat(top + path), start))) {
          found.add(path);
        }
      }
    }
    return found;
  }

  private static boolean changed(Stat file, Stat start) {
    return file.ctimeSeconds() > start.ctimeSeconds()
        || (file.ctimeSeconds() == start.ctimeSeconds() && file.ctimeNanos() >= start.ctimeNanos());
  }

  /** From {@code /proc/self/mountinfo}, proc(5): the mount point is the fifth field. */
  private static Optional<String> upper(String root) throws IOException {
    Optional<String> upper = Optional.empty();
    for (String line : Files.readAllLines(Path.of("/proc/self/mountinfo"))) {
      String[] halves = line.split(" - ", 2);
      String[] fields = halves[0].split(" ");
      if (!plain(fields[4]).equals(root)) {
        continue;
      }
      upper = Optional.empty(); // the last one is on top
      if (halves[1].startsWith("overlay ")) {
        for (String option : halves[1].substring(halves[1].lastIndexOf(' ') + 1).split(",")) {
          if (option.startsWith("upperdir=/")) {
            String folder = plain(option.substring("upperdir=".length()));
            upper = Optional.of(beside(root, folder).orElse(folder)).filter(p -> here(p));
          }
        }
      }
    }
    return upper;
  }

  /**
   * An overlay whose folders were named by way of a descriptor, to keep the options short, has its
   * upper folder beside the mount point; the descriptor is closed by now, or is another file's.
   */
  static Optional<String> beside(String root, String upper) {
    Matcher named = BY_DESCRIPTOR.matcher(upper);
    Path parent = Path.of(root).getParent();
    if (!named.matches() || parent == null) {
      return Optional.empty();
    }
    Path in = Path.of(named.group(1));
    return in.getNameCount() > 1 && parent.endsWith(in.getParent())
        ? Optional.of(parent.resolve(in.getFileName()).toString())
        : Optional.empty();
  }

  private static boolean here(String path) {
    try {
      return Inodes.find(path).isPresent();
    } catch (Errno e) {
      return false;
    }
  }

  /** Undoes the octal escapes of white space and backslashes. */
  private static String plain(String escaped) {
    return escaped
        .replace("\\040", " ")
        .replace("\\011", "\t")
        .replace("\\012", "\n")
        .replace("\\134", "\\");
  }
}
