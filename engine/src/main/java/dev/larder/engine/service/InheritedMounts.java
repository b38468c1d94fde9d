package dev.larder.engine.service;

import dev.larder.engine.linux.Mounts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Mounts of Larder's that a process inherited with its mount namespace.
 *
 * <p>They keep the overlays of a dead engine alive, and the same upper folder mounted twice is
 * undefined: a supervisor lets go of them before anything else.
 */
final class InheritedMounts {
  private InheritedMounts() {}

  /** Unmounts all below the folder, the latest first. */
  static void drop(Path home) throws IOException {
    List<String> points = below(Files.readString(Path.of("/proc/self/mountinfo")), home);
    for (String point : points.reversed()) {
      Mounts.unmount(point, Mounts.DETACH);
    }
  }

  /** The mount points below a folder, in order; the folder itself may be one and stays. */
  static List<String> below(String mountinfo, Path home) {
    List<String> points = new ArrayList<>();
    for (String line : mountinfo.lines().toList()) {
      String[] fields = line.split(" ");
      if (fields.length > 4) {
        String point = unescaped(fields[4]);
        if (point.startsWith(home + "/")) {
          points.add(point);
        }
      }
    }
    return points;
  }

  /** Space, tab, newline and backslash are written in octal: proc_pid_mountinfo(5). */
  private static String unescaped(String text) {
    return text.replace("\\040", " ")
        .replace("\\011", "\t")
        .replace("\\012", "\n")
        .replace("\\134", "\\");
  }
}
