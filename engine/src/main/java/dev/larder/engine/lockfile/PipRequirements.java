package dev.larder.engine.lockfile;

import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * pip's requirements files: a requirement of PEP 508 a line, which a backslash continues, and
 * options.
 */
final class PipRequirements {
  private static final Pattern REQUIREMENT =
      Pattern.compile("([A-Za-z0-9][A-Za-z0-9._-]*)\\s*(\\[[^\\]]*\\])?\\s*([^;]*)(;.*)?");
  private static final Pattern EGG = Pattern.compile("[#&]egg=([A-Za-z0-9._-]+)");

  private PipRequirements() {}

  static void read(String text, Map<String, String> packages) {
    for (String joined : text.replaceAll("\\\\\\r?\\n", " ").lines().toList()) {
      String line = joined.replaceFirst("(^|\\s)#.*$", "").strip();
      if (line.startsWith("-")) {
        option(line, packages);
      } else if (!line.isEmpty()) {
        requirement(
            line.replaceAll("\\s--(hash|config-settings|global-option)\\b.*", ""), packages);
      }
    }
  }

  /** One of PEP 508: {@code torch[cuda]>=2,<3 ; python_version > "3.8"}. */
  static void requirement(String text, Map<String, String> packages) {
    Matcher egg = EGG.matcher(text);
    if (text.contains("://") && !text.contains("@ ") && egg.find()) {
      Packages.add(packages, name(egg.group(1)), text.strip());
      return;
    }
    Matcher matcher = REQUIREMENT.matcher(text.strip());
    if (matcher.matches()) {
      String version = matcher.group(3).strip();
      String bare =
          version.startsWith("@")
              ? version.substring(1).strip()
              : version.replaceAll("[\\s()]+", "");
      boolean exact = bare.matches("===?[^,*]+");
      Packages.add(packages, name(matcher.group(1)), exact ? bare.replaceFirst("^=+", "") : bare);
    }
  }

  private static void option(String line, Map<String, String> packages) {
    Matcher egg = EGG.matcher(line);
    if (line.matches("(-e|--editable)[ =].*")) {
      String value = line.replaceFirst("^\\S+?[ =]\\s*", "");
      Packages.add(packages, egg.find() ? name(egg.group(1)) : value, value);
    } else if (line.matches("(-r|--requirement|-c|--constraint)[ =]?.*")) {
      Packages.add(packages, line.replaceAll("[ =]+", " "), Packages.ANY);
    }
  }

  /** As PEP 503 compares names. */
  static String name(String text) {
    return text.toLowerCase(Locale.ROOT).replaceAll("[-_.]+", "-");
  }
}
