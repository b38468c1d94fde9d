package dev.larder.engine.lockfile;

import java.util.Map;

/** {@code gradle.lockfile}: {@code group:name:version=configuration,…} a line. */
final class GradleLock {
  private GradleLock() {}

  static void read(String text, Map<String, String> packages) {
    for (String line : text.lines().toList()) {
      String[] words = line.replaceFirst("[=#].*$", "").strip().split(":");
      if (words.length == 3) {
        Packages.add(packages, words[0] + ":" + words[1], words[2]);
      }
    }
  }
}
