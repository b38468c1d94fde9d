package dev.larder.engine.registry;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** Whom TLS trusts: what the JVM trusts, and the certificates of further PEM files. */
public final class Trust {
  /** Where distributions keep their bundle, with what the machine's owner added. */
  private static final List<String> BUNDLES =
      List.of(
          "/etc/ssl/certs/ca-certificates.crt",
          "/etc/pki/tls/certs/ca-bundle.crt",
          "/etc/ssl/ca-bundle.pem",
          "/etc/ssl/cert.pem");

  private Trust() {}

  /** The bundle that {@code SSL_CERT_FILE} names, else the system's, if there is one. */
  static List<Path> systemBundles(Map<String, String> environment) {
    String named = environment.getOrDefault("SSL_CERT_FILE", "");
    if (!named.isEmpty()) {
      return List.of(Path.of(named));
    }
    return BUNDLES.stream().map(Path::of).filter(Files::isReadable).limit(1).toList();
  }

  /**
   * Sockets that trust the JVM's certificates and those of these files.
   *
   * @throws IOException if a file can't be read, or holds no certificates
   */
  static SSLSocketFactory sockets(List<Path> bundles) throws IOException {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {manager(bundles, List.of())}, null);
      return context.getSocketFactory();
    } catch (GeneralSecurityException e) {
      throw new IOException("set up TLS: " + e.getMessage(), e);
    }
  }

  /**
   * Trusts the JVM's certificates, those of files, and some more.
   *
   * @param more in DER
   * @throws IOException if a file can't be read, or holds no certificates
   */
  public static X509TrustManager manager(List<Path> bundles, List<byte[]> more) throws IOException {
    try {
      KeyStore all = KeyStore.getInstance(KeyStore.getDefaultType());
      all.load(null, null);
      List<Certificate> certificates = new ArrayList<>(List.of(manager(null).getAcceptedIssuers()));
      for (Path bundle : bundles) {
        certificates.addAll(read(bundle));
      }
      for (byte[] der : more) {
        certificates.addAll(
            CertificateFactory.getInstance("X.509")
                .generateCertificates(new ByteArrayInputStream(der)));
      }
      int number = 0;
      for (Certificate certificate : certificates) {
        all.setCertificateEntry("ca" + number++, certificate);
      }
      return manager(all);
    } catch (GeneralSecurityException e) {
      throw new IOException("set up TLS: " + e.getMessage(), e);
    }
  }

  private static List<X509Certificate> read(Path bundle) throws IOException {
    try (InputStream in = Files.newInputStream(bundle)) {
      List<X509Certificate> found = new ArrayList<>();
      for (Certificate certificate :
          CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        if (certificate instanceof X509Certificate x509) {
          found.add(x509);
        }
      }
      return found;
    } catch (GeneralSecurityException e) {
      throw new IOException("read certificates of " + bundle + ": " + e.getMessage(), e);
    }
  }

  private static X509TrustManager manager(@Nullable KeyStore store)
      throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    for (TrustManager manager : factory.getTrustManagers()) {
      if (manager instanceof X509TrustManager x509) {
        return x509;
      }
    }
    throw new GeneralSecurityException("the platform has no X.509 trust manager");
  }
}
