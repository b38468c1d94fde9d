package dev.larder.engine.digest;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Collection;
import java.util.Map;
import java.util.SequencedMap;

/**
 * Folds named, typed, length-prefixed fields into one {@link Digest}, so that no two lists of
 * fields collide by running into each other.
 *
 * <p>A fingerprint begins with its kind and version ({@code "exec/1"}): a field added later changes
 * the version, never silently the meaning of old keys. Names are part of the digest, so a field
 * left out is not a field that is empty. An instance is used once, by one thread.
 */
public final class Fingerprint {
  private final MessageDigest sha = Digest.sha256();

  private Fingerprint(String kind) {
    bytes('K', kind.getBytes(StandardCharsets.UTF_8));
  }

  /** Starts a domain of its own, for instance {@code "copy/1"}. */
  public static Fingerprint of(String kind) {
    return new Fingerprint(kind);
  }

  /** Adds a text. */
  public Fingerprint add(String name, String value) {
    name(name);
    return bytes('s', value.getBytes(StandardCharsets.UTF_8));
  }

  /** Adds a digest. */
  public Fingerprint add(String name, Digest value) {
    name(name);
    return bytes('d', value.hex().getBytes(StandardCharsets.US_ASCII));
  }

  /** Adds a number. */
  public Fingerprint add(String name, long value) {
    name(name);
    return bytes('n', Long.toString(value).getBytes(StandardCharsets.US_ASCII));
  }

  /** Adds a truth value. */
  public Fingerprint add(String name, boolean value) {
    name(name);
    return bytes('b', new byte[] {(byte) (value ? 1 : 0)});
  }

  /** Adds raw bytes. */
  public Fingerprint add(String name, byte[] value) {
    name(name);
    return bytes('y', value);
  }

  /** Adds a list of texts, in order. */
  public Fingerprint addAll(String name, Collection<String> values) {
    name(name);
    bytes('l', Integer.toString(values.size()).getBytes(StandardCharsets.US_ASCII));
    for (String value : values) {
      bytes('s', value.getBytes(StandardCharsets.UTF_8));
    }
    return this;
  }

  /** Adds a map of texts, in its order. */
  public Fingerprint addAll(String name, SequencedMap<String, String> values) {
    name(name);
    bytes('m', Integer.toString(values.size()).getBytes(StandardCharsets.US_ASCII));
    for (Map.Entry<String, String> entry : values.entrySet()) {
      bytes('s', entry.getKey().getBytes(StandardCharsets.UTF_8));
      bytes('s', entry.getValue().getBytes(StandardCharsets.UTF_8));
    }
    return this;
  }

  /** The digest of all fields added. The fingerprint can't be used after it. */
  public Digest digest() {
    return Digest.of(sha);
  }

  private void name(String name) {
    bytes('F', name.getBytes(StandardCharsets.UTF_8));
  }

  private Fingerprint bytes(char type, byte[] value) {
    sha.update((byte) type);
    int n = value.length;
    sha.update(new byte[] {(byte) (n >>> 24), (byte) (n >>> 16), (byte) (n >>> 8), (byte) n});
    sha.update(value);
    return this;
  }
}
