package dev.larder.engine.lockfile;

import java.util.Collections;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;

/**
 * The packages that a file names, sorted by name, each with its version as the file has it.
 *
 * <p>What may be a password in the address of a package is left out.
 *
 * @param versions several of one package are joined by commas
 */
public record Packages(SequencedMap<String, String> versions) {
  /** A package without any word on its version. */
  static final String ANY = "any";

  public Packages {
    SequencedMap<String, String> clean = new TreeMap<>();
    versions.forEach((name, version) -> clean.put(withoutPassword(name), withoutPassword(version)));
    versions = Collections.unmodifiableSequencedMap(clean);
  }

  private static String withoutPassword(String text) {
    return text.contains("://") ? text.replaceAll("://[^/@\\s]*@", "://") : text;
  }

  /** Adds a version of a package to those that are known. */
  static void add(Map<String, String> all, String name, String version) {
    all.merge(
        name,
        version.isEmpty() ? ANY : version,
        (known, more) ->
            (", " + known + ",").contains(" " + more + ",") ? known : sorted(known, more));
  }

  private static String sorted(String known, String more) {
    return String.join(
        ", ", java.util.stream.Stream.of((known + ", " + more).split(", ")).sorted().toList());
  }
}
