package dev.larder.engine.lockfile;

import java.util.Map;

/** {@code go.mod} (the Go Modules Reference) and {@code go.sum}. */
final class GoModules {
  private GoModules() {}

  static void mod(String text, Map<String, String> packages) {
    String block = "";
    for (String raw : text.lines().toList()) {
      String line = raw.replaceFirst("(^|\\s)//.*$", "").strip();
      if (line.equals(")")) {
        block = "";
      } else if (line.endsWith("(")) {
        block = line.substring(0, line.length() - 1).strip();
      } else if (!line.isEmpty()) {
        directive(block.isEmpty() ? line : block + " " + line, packages);
      }
    }
  }

  private static void directive(String line, Map<String, String> packages) {
    String[] words = line.replace("\"", "").split("\\s+");
    switch (words[0]) {
      case "require" -> {
        if (words.length > 2) {
          Packages.add(packages, words[1], words[2]);
        }
      }
      case "go", "toolchain" -> {
        if (words.length > 1) {
          Packages.add(packages, words[0], words[1]);
        }
      }
      case "replace" -> {
        String[] sides = line.substring("replace".length()).strip().split("=>", 2);
        if (sides.length == 2) {
          Packages.add(packages, "replace " + sides[0].strip(), sides[1].strip());
        }
      }
      default -> {}
    }
  }

  /** A module has a line for its files and one for its {@code go.mod}, which alone is no use. */
  static void sum(String text, Map<String, String> packages) {
    for (String line : text.lines().toList()) {
      String[] words = line.strip().split("\\s+");
      if (words.length == 3 && !words[1].endsWith("/go.mod")) {
        Packages.add(packages, words[0], words[1]);
      }
    }
  }
}
