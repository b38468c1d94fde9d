package dev.larder.engine.trust;

import dev.larder.engine.linux.InRoot;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The certificates that a machine trusts beyond its distribution's: those that its administrator
 * added, and those of files that the caller's variables name. Behind a network that looks into TLS
 * nothing can be fetched without them.
 */
public final class HostTrust {
  private static final int MOST_BYTES = 16 << 20;

  /** Where administrators put them: Debian and Alpine, Fedora, SUSE, Arch. */
  static final List<String> ANCHORS =
      List.of(
          "/usr/local/share/ca-certificates",
          "/etc/pki/ca-trust/source/anchors",
          "/etc/pki/trust/anchors",
          "/etc/ca-certificates/trust-source/anchors");

  /** Where distributions put their own. */
  private static final List<String> DISTRIBUTION =
      List.of(
          "/usr/share/ca-certificates",
          "/usr/share/pki/ca-trust-source",
          "/usr/share/pki/trust",
          "/usr/share/ca-certificates/trust-source");

  /** Bundles of everything that is trusted, by the first that exists on most systems. */
  static final List<String> BUNDLES =
      List.of(
          "/etc/ssl/certs/ca-certificates.crt",
          "/etc/pki/tls/certs/ca-bundle.crt",
          "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
          "/etc/pki/tls/cacert.pem",
          "/etc/ssl/ca-bundle.pem",
          "/var/lib/ca-certificates/ca-bundle.pem",
          "/etc/ssl/cert.pem",
          "/usr/lib/ssl/cert.pem");

  private static final List<String> VARIABLES =
      List.of(
          "SSL_CERT_FILE",
          "NODE_EXTRA_CA_CERTS",
          "CURL_CA_BUNDLE",
          "REQUESTS_CA_BUNDLE",
          "GIT_SSL_CAINFO",
          "PIP_CERT");

  private final List<byte[]> certificates;
  private final byte[] roots;
  private byte @Nullable [] keystore; // made when first needed; guarded by this

  private HostTrust(List<byte[]> certificates, byte[] roots) {
    this.certificates = List.copyOf(certificates);
    this.roots = roots;
  }

  /** No certificates: {@code --trust none}. */
  public static HostTrust none() {
    return new HostTrust(List.of(), new byte[0]);
  }

  /**
   * Looks for them.
   *
   * @param machine the root of the machine's files: {@code /}
   * @param environment the caller's variables
   * @throws IOException if a file is there and can't be read
   */
  public static HostTrust find(Path machine, Map<String, String> environment) throws IOException {
    List<byte[]> found = new ArrayList<>();
    for (String anchors : ANCHORS) {
      addAll(found, folder(machine, anchors));
    }
    byte[] roots = roots(machine);
    addAll(found, named(machine, environment, roots));
    return found.isEmpty() ? none() : new HostTrust(found, roots);
  }

  /** What the files that variables name have beyond the distribution's own. */
  private static List<byte[]> named(Path machine, Map<String, String> environment, byte[] roots)
      throws IOException {
    Set<String> paths = new HashSet<>();
    for (String variable : VARIABLES) {
      String path = environment.getOrDefault(variable, "");
      if (path.startsWith("/")) {
        paths.add(InRoot.resolve(machine.toString(), path));
      }
    }
    List<byte[]> named = new ArrayList<>();
    for (String path : paths) {
      addAll(named, Pem.read(bytes(Path.of(path))));
    }
    if (named.isEmpty()) {
      return named;
    }
    List<byte[]> own = new ArrayList<>();
    for (String folder : DISTRIBUTION) {
      own.addAll(folder(machine, folder));
    }
    if (own.isEmpty()) {
      own = Pem.read(roots); // where the distribution keeps its own in a form of its own
    }
    Set<java.nio.ByteBuffer> known = new HashSet<>();
    own.forEach(der -> known.add(java.nio.ByteBuffer.wrap(der)));
    named.removeIf(der -> known.contains(java.nio.ByteBuffer.wrap(der)));
    return named;
  }

  private static void addAll(List<byte[]> to, List<byte[]> more) {
    for (byte[] der : more) {
      if (to.stream().noneMatch(have -> Arrays.equals(have, der))) {
        to.add(der);
      }
    }
  }

  /** All certificates in the files of a folder of a root file system, text or DER. */
  static List<byte[]> folder(Path root, String path) throws IOException {
    Path folder = Path.of(InRoot.resolve(root.toString(), path));
    List<byte[]> found = new ArrayList<>();
    if (!Files.isDirectory(folder)) {
      return found;
    }
    try (Stream<Path> walk = Files.walk(folder)) {
      for (Path file : walk.filter(Files::isRegularFile).sorted().toList()) {
        byte[] bytes = bytes(file);
        List<byte[]> text = Pem.read(bytes);
        boolean der = text.isEmpty() && bytes.length > 4 && bytes[0] == 0x30;
        addAll(found, der ? List.of(bytes) : text);
      }
    }
    return found;
  }

  private static byte[] file(Path root, String path) throws IOException {
    return bytes(Path.of(InRoot.resolve(root.toString(), path)));
  }

  private static byte[] bytes(Path file) throws IOException {
    if (!Files.isRegularFile(file) || Files.size(file) > MOST_BYTES) {
      return new byte[0];
    }
    try {
      return Files.readAllBytes(file);
    } catch (AccessDeniedException e) {
      throw new IOException(
          "read the machine's certificates in " + file + ": permission denied (--trust none)", e);
    }
  }

  /**
   * With the authority whose certificates the relay shows to steps.
   *
   * @param machine the root of the machine's files, of which steps without a bundle get the roots
   */
  public HostTrust and(X509Certificate authority, Path machine) throws IOException {
    List<byte[]> all = new ArrayList<>(certificates);
    try {
      all.add(authority.getEncoded());
    } catch (CertificateEncodingException e) {
      throw new IOException("hand on the relay's certificate: " + e.getMessage(), e);
    }
    return new HostTrust(all, roots.length > 0 ? roots : roots(machine));
  }

  private static byte[] roots(Path machine) throws IOException {
    for (String bundle : BUNDLES) {
      byte[] roots = file(machine, bundle);
      if (roots.length > 0) {
        return roots;
      }
    }
    return new byte[0];
  }

  /** Whether there is nothing to hand on. */
  public boolean isEmpty() {
    return certificates.isEmpty();
  }

  /** In DER. */
  public List<byte[]> certificates() {
    return certificates;
  }

  /** Everything that this machine trusts, as text. */
  byte[] roots() {
    return roots;
  }

  /** Everything that this machine trusts, and the extra ones, for a Java without a keystore. */
  synchronized byte[] keystore() {
    if (keystore == null) {
      List<byte[]> all = new ArrayList<>(Pem.read(roots));
      all.addAll(certificates);
      keystore = JavaKeystore.of(all);
    }
    return keystore.clone();
  }
}
