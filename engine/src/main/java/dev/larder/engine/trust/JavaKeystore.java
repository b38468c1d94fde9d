package dev.larder.engine.trust;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The {@code cacerts} of a Java, JKS or PKCS #12, and certificates in it under names of our own. A
 * keystore with another password than {@code changeit}, or none, is left alone.
 */
final class JavaKeystore {
  private static final String ALIAS = "larder-trust-";

  /** A PKCS #12 file, and whether its certificates are behind the usual password. */
  private record Pkcs12(KeyStore store, boolean locked) {
    static char @Nullable [] password(boolean locked) {
      return locked ? "changeit".toCharArray() : null;
    }
  }

  private JavaKeystore() {}

  /** The keystore with those certificates that it lacks; nothing if it has all or can't be read. */
  static Optional<byte[]> add(byte[] file, List<byte[]> certificates) {
    if (JksFile.looksLikeOne(file)) {
      return JksFile.read(file)
          .filter(keys -> !certificates.stream().allMatch(keys::has))
          .map(keys -> add(keys, certificates).write());
    }
    try {
      Optional<Pkcs12> keys = pkcs12(file);
      if (keys.isEmpty()) {
        return Optional.empty();
      }
      KeyStore store = keys.get().store();
      CertificateFactory x509 = CertificateFactory.getInstance("X.509");
      boolean added = false;
      int number = 0;
      for (byte[] der : certificates) {
        var certificate = x509.generateCertificate(new ByteArrayInputStream(der));
        if (store.getCertificateAlias(certificate) == null) {
          store.setCertificateEntry(ALIAS + number, certificate);
          added = true;
        }
        number++;
      }
      return added ? Optional.of(write(keys.get())) : Optional.empty();
    } catch (GeneralSecurityException | IOException e) {
      return Optional.empty();
    }
  }

  /** The keystore without these certificates; nothing if it has none of them. */
  static Optional<byte[]> remove(byte[] file, List<byte[]> certificates) {
    if (JksFile.looksLikeOne(file)) {
      return JksFile.read(file)
          .filter(keys -> certificates.stream().anyMatch(keys::has))
          .map(keys -> keys.without(certificates).write());
    }
    try {
      Optional<Pkcs12> keys = pkcs12(file);
      if (keys.isEmpty()) {
        return Optional.empty();
      }
      KeyStore store = keys.get().store();
      boolean removed = false;
      for (String alias : Collections.list(store.aliases())) {
        var certificate = store.getCertificate(alias);
        byte[] der = certificate == null ? new byte[0] : certificate.getEncoded();
        if (store.isCertificateEntry(alias)
            && certificates.stream().anyMatch(c -> Arrays.equals(c, der))) {
          store.deleteEntry(alias);
          removed = true;
        }
      }
      return removed ? Optional.of(write(keys.get())) : Optional.empty();
    } catch (GeneralSecurityException | IOException e) {
      return Optional.empty();
    }
  }

  /** A keystore of these certificates alone, JKS, which every Java reads without a password. */
  static byte[] of(List<byte[]> certificates) {
    return add(JksFile.empty(), certificates).write();
  }

  private static JksFile add(JksFile keys, List<byte[]> certificates) {
    JksFile all = keys;
    int number = 0;
    for (byte[] certificate : certificates) {
      if (!all.has(certificate)) {
        all = all.with(ALIAS + number, certificate);
      }
      number++;
    }
    return all;
  }

  /** Whether it starts as PKCS #12 does: a sequence, then version 3. */
  static boolean looksLikePkcs12(byte[] file) {
    return file.length > 8
        && file[0] == 0x30
        && file[1] == (byte) 0x82
        && file[4] == 2
        && file[5] == 1
        && file[6] == 3;
  }

  private static Optional<Pkcs12> pkcs12(byte[] file) throws GeneralSecurityException {
    if (file.length < 2 || file[0] != 0x30) {
      return Optional.empty();
    }
    for (boolean locked : List.of(false, true)) {
      KeyStore store = KeyStore.getInstance("PKCS12");
      if (loads(store, file, locked) && store.size() > 0) {
        return Optional.of(new Pkcs12(store, locked));
      }
    }
    return Optional.empty();
  }

  private static boolean loads(KeyStore store, byte[] file, boolean locked)
      throws GeneralSecurityException {
    try {
      store.load(new ByteArrayInputStream(file), Pkcs12.password(locked));
      return true;
    } catch (IOException e) {
      return false; // another password, or something else
    }
  }

  private static byte[] write(Pkcs12 keys) throws GeneralSecurityException, IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    keys.store().store(bytes, Pkcs12.password(keys.locked()));
    return bytes.toByteArray();
  }
}
