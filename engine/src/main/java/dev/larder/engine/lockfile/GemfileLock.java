package dev.larder.engine.lockfile;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Bundler's {@code Gemfile.lock}: what stands four blanks in under {@code specs:} is chosen. */
final class GemfileLock {
  private static final Pattern CHOSEN = Pattern.compile(" {4}(\\S+) \\(([^)]+)\\)");

  private GemfileLock() {}

  static void read(String text, Map<String, String> packages) {
    String section = "";
    for (String line : text.lines().toList()) {
      Matcher chosen = CHOSEN.matcher(line);
      if (!line.startsWith(" ") && !line.isBlank()) {
        section = line.strip();
      } else if (chosen.matches()) {
        Packages.add(packages, chosen.group(1), chosen.group(2));
      } else if (section.equals("BUNDLED WITH") && !line.isBlank()) {
        Packages.add(packages, "bundler", line.strip());
      } else if (section.equals("RUBY VERSION") && !line.isBlank()) {
        Packages.add(packages, "ruby", line.strip().replaceFirst("^ruby ", ""));
      }
    }
  }
}
