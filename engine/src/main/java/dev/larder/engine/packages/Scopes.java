package dev.larder.engine.packages;

import dev.larder.engine.http.Field;
import dev.larder.engine.http.Fields;
import dev.larder.engine.linux.Errno;
import dev.larder.engine.linux.Inodes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Tells who asks without keeping it: a scope is a digest of origin and credentials under a key of
 * the store's own, so that nobody can try passwords on what is kept.
 */
final class Scopes {
  private static final String ALGORITHM = "HmacSHA256";
  private static final int KEY_BYTES = 32;
  private static final Pattern CREDENTIAL =
      Pattern.compile(
          "authorization|cookie2?|x-jfrog-art-api|.*(?:token|api-?key|secret|passw|credential).*");

  private final SecretKeySpec key;

  private Scopes(SecretKeySpec key) {
    this.key = key;
  }

  /** With the key of a file, which is made if it is missing. */
  static Scopes open(Path file, SecureRandom random) throws IOException {
    byte[] key = read(file);
    if (key.length != KEY_BYTES) {
      make(file, random, key.length > 0);
      key = read(file);
    }
    return new Scopes(new SecretKeySpec(key, ALGORITHM));
  }

  private static byte[] read(Path file) throws IOException {
    try {
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      return new byte[0];
    }
  }

  private static void make(Path file, SecureRandom random, boolean replace) throws IOException {
    byte[] key = new byte[KEY_BYTES];
    random.nextBytes(key);
    Path fresh = file.resolveSibling(file.getFileName() + "." + random.nextLong());
    Files.createFile(
        fresh, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try {
      Files.write(fresh, key);
      Inodes.rename(fresh.toString(), file.toString(), replace ? 0 : Inodes.RENAME_NOREPLACE);
    } catch (Errno e) {
      if (!e.is(Errno.EEXIST)) { // another process was first
        throw e;
      }
    } finally {
      Files.deleteIfExists(fresh);
    }
  }

  /** The scope of a request; empty if it has no credentials. */
  String of(String origin, Fields request) {
    StringBuilder who = new StringBuilder();
    for (Field field : request.all()) {
      if (CREDENTIAL.matcher(field.name().toLowerCase(Locale.ROOT)).matches()) {
        who.append(field.name().toLowerCase(Locale.ROOT)).append(':').append(field.value());
        who.append('\n');
      }
    }
    return who.isEmpty() ? "" : digest(origin + "\n" + who);
  }

  private String digest(String text) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      byte[] digest = mac.doFinal(text.getBytes(StandardCharsets.ISO_8859_1));
      return HexFormat.of().formatHex(digest);
    } catch (GeneralSecurityException e) {
      throw new LinkageError("every Java platform has " + ALGORITHM, e);
    }
  }
}
