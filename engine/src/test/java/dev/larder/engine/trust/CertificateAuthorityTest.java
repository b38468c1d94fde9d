package dev.larder.engine.trust;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CertificateAuthorityTest {
  private static final Instant NOW = Instant.parse("2026-11-25T10:00:00Z");
  private static final String LONG =
      "a-name-that-is-longer-than-the-64-characters-of-a-common-name.somewhere.example.com";

  @TempDir Path folder;

  private CertificateAuthority at(Instant time) throws IOException {
    return CertificateAuthority.open(folder, InstantSource.fixed(time), new SecureRandom());
  }

  private static void validate(X509Certificate certificate, X509Certificate root) throws Exception {
    PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(root, null)));
    parameters.setRevocationEnabled(false);
    parameters.setDate(java.util.Date.from(NOW));
    CertPathValidator.getInstance("PKIX")
        .validate(
            CertificateFactory.getInstance("X.509").generateCertPath(List.of(certificate)),
            parameters);
  }

  @ParameterizedTest
  @ValueSource(strings = {"example.com", "x", "_srv.example.com", "192.0.2.1", "2001:db8::1", LONG})
  void serversCertificate_isValid_forJavaAndForOpenSsl(String host) throws Exception {
    CertificateAuthority authority = at(NOW);
    X509Certificate server = authority.server(host);
    validate(server, authority.certificate());
    assertThat(server.getBasicConstraints()).isEqualTo(-1);
    assertThat(server.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
    Collection<List<?>> names = server.getSubjectAlternativeNames();
    assertThat(names).hasSize(1);
    boolean isLong = host.length() > 64;
    assertThat(server.getCriticalExtensionOIDs().contains("2.5.29.17")).isEqualTo(isLong);
    assertThat(server.getSubjectX500Principal().getName()).isEqualTo(isLong ? "" : "CN=" + host);
    Path root = folder.resolve("root.pem");
    Path leaf = folder.resolve("leaf.pem");
    Files.writeString(root, Pem.write(authority.certificate().getEncoded()));
    Files.writeString(leaf, Pem.write(server.getEncoded()));
    boolean isAddress = host.contains(":") || host.startsWith("192.");
    Process verify =
        new ProcessBuilder(
                "openssl",
                "verify",
                "-x509_strict",
                "-purpose",
                "sslserver",
                "-attime",
                "" + NOW.getEpochSecond(),
                isAddress ? "-verify_ip" : "-verify_hostname",
                host,
                "-CAfile",
                root.toString(),
                leaf.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(verify.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(said).isEqualTo(leaf + ": OK\n");
  }

  @Test
  void certificates_bearClocksThatAreWrong() throws Exception {
    CertificateAuthority authority = at(NOW);
    Instant late = NOW.minus(Duration.ofDays(1));
    assertThat(authority.certificate().getNotBefore().toInstant()).isBefore(late);
    assertThat(authority.server("example.com").getNotBefore().toInstant()).isBefore(late);
    assertThat(authority.certificate().getBasicConstraints()).isZero();
  }

  @Test
  void authority_isMadeOnce_andItsKeyIsForItsOwner() throws Exception {
    X509Certificate first = at(NOW).certificate();
    assertThat(at(NOW.plus(Duration.ofDays(1000))).certificate()).isEqualTo(first);
    try (var files = Files.list(folder)) {
      List<Path> all = files.toList();
      assertThat(all).hasSize(1);
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(all.getFirst())))
          .isEqualTo("rw-------");
    }
  }

  @Test
  void authority_isRenewed_beforeItsEnd() throws Exception {
    X509Certificate first = at(NOW).certificate();
    Instant later = first.getNotAfter().toInstant().minus(Duration.ofDays(30));
    X509Certificate second = at(later).certificate();
    assertThat(second).isNotEqualTo(first);
    assertThat(second.getNotAfter().toInstant()).isAfter(later.plus(Duration.ofDays(300)));
    assertThat(second.getSubjectX500Principal()).isNotEqualTo(first.getSubjectX500Principal());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 100, 400})
  void damagedFile_isReplaced(int length) throws Exception {
    X509Certificate first = at(NOW).certificate();
    Path file = folder.resolve("authority.pem");
    String text = Files.readString(file);
    Files.writeString(file, text.substring(0, length));
    X509Certificate second = at(NOW).certificate();
    assertThat(second).isNotEqualTo(first);
    assertThat(at(NOW).certificate()).isEqualTo(second);
  }

  @Test
  void authority_isOne_whenManyOpenItAtOnce() throws Exception {
    Set<X509Certificate> seen = ConcurrentHashMap.newKeySet();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      threads.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      seen.add(at(NOW).certificate());
                    } catch (IOException e) {
                      throw new java.io.UncheckedIOException(e);
                    }
                  }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(new HashSet<>(seen)).hasSize(1);
  }

  @Test
  void serversCertificate_isKept() throws Exception {
    CertificateAuthority authority = at(NOW);
    assertThat(authority.server("example.com")).isSameAs(authority.server("example.com"));
  }
}
