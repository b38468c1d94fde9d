package dev.larder.engine.lockfile;

import java.util.Map;

/**
 * {@code yarn.lock} of Yarn 1, which has a format of its own, and of later ones, whose YAML keeps
 * to the same shape: descriptors on a line without indent, the version two blanks further in.
 */
final class YarnLock {
  private YarnLock() {}

  static void read(String text, Map<String, String> packages) {
    String name = "";
    for (String line : text.lines().toList()) {
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      if (!line.startsWith(" ")) {
        name = name(line);
      } else if (!name.isEmpty() && line.matches(" {2}version:? .*")) {
        String version = line.strip().replaceFirst("version:? +", "").replace("\"", "");
        Packages.add(packages, name, version);
        name = "";
      }
    }
  }

  /** {@code "@babel/core@^7.1", "@babel/core@^7.2":} is {@code @babel/core}. */
  private static String name(String line) {
    String first = line.split(",", 2)[0].replace("\"", "").replaceFirst(":$", "").strip();
    int at = first.indexOf('@', 1);
    return at < 0 ? "" : first.substring(0, at);
  }
}
