package dev.larder.engine.graph;

import dev.larder.engine.digest.Digest;
import dev.larder.engine.digest.Fingerprint;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a result was made from, by name. The parts are kept and stored, so that a miss can be
 * explained by comparing two keys.
 *
 * @param kind what kind of thing it is the key of, with its version: {@code "exec/1"}
 * @param parts values in order; those that may be secret are digests of the value
 */
public record CacheKey(String kind, SequencedMap<String, String> parts) {
  public CacheKey {
    parts = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(parts));
  }

  /** A key without parts. */
  public static CacheKey of(String kind) {
    return new CacheKey(kind, new LinkedHashMap<>());
  }

  /**
   * With one more part.
   *
   * @throws IllegalArgumentException if there is a part of that name
   */
  public CacheKey with(String name, String value) {
    SequencedMap<String, String> more = new LinkedHashMap<>(parts);
    if (more.putIfAbsent(name, value) != null) {
      throw new IllegalArgumentException("two parts named " + name);
    }
    return new CacheKey(kind, more);
  }

  /** With all parts of another; a name that is taken gets a number. */
  public CacheKey withAll(CacheKey other) {
    SequencedMap<String, String> more = new LinkedHashMap<>(parts);
    other.parts.forEach(
        (name, value) -> {
          String free = name;
          for (int i = 2; more.containsKey(free); i++) {
            free = name + "#" + i;
          }
          more.put(free, value);
        });
    return new CacheKey(kind, more);
  }

  /** With one more part whose value may be a secret, and of which only the digest is kept. */
  public CacheKey withSecret(String name, String value) {
    return with(name, Digest.ofText(value).toString());
  }

  public Digest digest() {
    return Fingerprint.of(kind).addAll("parts", parts).digest();
  }

  /** The names of the parts that are new, gone or different, sorted. */
  public Set<String> changedSince(CacheKey earlier) {
    Set<String> changed = new TreeSet<>();
    parts.forEach(
        (name, value) -> {
          if (!value.equals(earlier.parts.get(name))) {
            changed.add(name);
          }
        });
    for (String name : earlier.parts.keySet()) {
      if (!parts.containsKey(name)) {
        changed.add(name);
      }
    }
    return changed;
  }
}
