package dev.larder.engine.digest;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The address of some bytes: {@code sha256:} and 64 lower-case hex digits.
 *
 * <p>The text form is that of the OCI image specification, section "Digests". SHA-256 is the only
 * algorithm Larder writes; another one in foreign data is refused by {@link #parse}.
 *
 * @param hex the 64 lower-case hex digits
 */
public record Digest(String hex) implements Comparable<Digest> {
  private static final String PREFIX = "sha256:";

  /**
   * Checks the form.
   *
   * @throws IllegalArgumentException if {@code hex} is not 64 lower-case hex digits
   */
  public Digest {
    if (hex.length() != 64 || !isLowerHex(hex)) {
      throw new IllegalArgumentException("not a SHA-256 in lower-case hex: \"" + hex + "\"");
    }
  }

  /**
   * Inverts {@link #toString}.
   *
   * @throws IllegalArgumentException if the text is not a SHA-256 digest
   */
  public static Digest parse(String text) {
    if (!text.startsWith(PREFIX)) {
      throw new IllegalArgumentException("not a sha256 digest: \"" + text + "\"");
    }
    return new Digest(text.substring(PREFIX.length()));
  }

  /** The digest of these bytes. */
  public static Digest of(byte[] bytes) {
    return new Digest(HexFormat.of().formatHex(sha256().digest(bytes)));
  }

  /** The digest of the UTF-8 bytes of this text. */
  public static Digest ofText(String text) {
    return of(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Reads the stream to its end; the caller closes it. */
  public static Digest of(InputStream in) throws IOException {
    MessageDigest sha = sha256();
    byte[] buffer = new byte[1 << 16];
    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
      sha.update(buffer, 0, n);
    }
    return of(sha);
  }

  /** The digest of what was fed to a {@link #sha256()}, which is reset by it. */
  public static Digest of(MessageDigest sha256) {
    return new Digest(HexFormat.of().formatHex(sha256.digest()));
  }

  /** A fresh SHA-256 to feed bytes to. */
  public static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new LinkageError("every Java platform has SHA-256", e);
    }
  }

  /** The first 12 hex digits, for people. */
  public String abbreviated() {
    return hex.substring(0, 12);
  }

  @Override
  public int compareTo(Digest other) {
    return hex.compareTo(other.hex);
  }

  @Override
  public String toString() {
    return PREFIX + hex;
  }

  private static boolean isLowerHex(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
        return false;
      }
    }
    return true;
  }
}
