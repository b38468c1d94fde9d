package dev.larder.engine.lockfile;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code build.gradle} and {@code build.gradle.kts}. They are programs; read are the notations that
 * name a package outright: {@code "group:name:version"}, {@code group: 'g', name: 'n', version:
 * 'v'}, and {@code id("plugin") version "1"}. What a script computes is not seen.
 */
final class GradleScript {
  private static final Pattern COMMENT_OR_STRING =
      Pattern.compile(
          "(\"(?:\\\\.|[^\"\\\\\\n])*\"|'(?:\\\\.|[^'\\\\\\n])*')|//[^\\n]*|(?s:/\\*.*?\\*/)");
  private static final Pattern NOTATION =
      Pattern.compile("[\"']([\\w.-]+:[\\w.-]+)(?::([^\"':@]+))?[^\"']*[\"']");
  private static final Pattern NAMED =
      Pattern.compile(
          "group\\s*[:=]\\s*[\"']([^\"']+)[\"']\\s*,\\s*name\\s*[:=]\\s*[\"']([^\"']+)[\"']"
              + "(?:\\s*,\\s*version\\s*[:=]\\s*[\"']([^\"']+)[\"'])?");
  private static final Pattern PLUGIN =
      Pattern.compile(
          "\\b(?:id|kotlin)\\s*\\(?\\s*[\"']([^\"']+)[\"']\\s*\\)?(?:\\s*version\\s*\\(?\\s*[\"']([^\"']+)[\"'])?");

  private GradleScript() {}

  static void read(String text, Map<String, String> packages) {
    String code =
        COMMENT_OR_STRING
            .matcher(text)
            .replaceAll(
                found -> found.group(1) == null ? " " : Matcher.quoteReplacement(found.group(1)));
    NOTATION.matcher(code).results().forEach(m -> add(m.group(1), m.group(2), packages));
    NAMED
        .matcher(code)
        .results()
        .forEach(m -> add(m.group(1) + ":" + m.group(2), m.group(3), packages));
    PLUGIN.matcher(code).results().forEach(m -> add(m.group(1), m.group(2), packages));
  }

  private static void add(
      String name,
      @org.jspecify.annotations.Nullable String version,
      Map<String, String> packages) {
    Packages.add(packages, name, version == null ? "" : version);
  }
}
