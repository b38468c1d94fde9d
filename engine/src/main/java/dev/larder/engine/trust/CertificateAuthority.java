package dev.larder.engine.trust;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Signs the certificates that the relay shows to steps in place of a server's. There is one a
 * store; its key stays in the store's folder, readable by its owner alone, and only steps of builds
 * on that store trust it, while they run.
 */
public final class CertificateAuthority {
  private static final String FILE = "authority.pem";
  private static final String CURVE = "secp256r1";
  private static final Duration LIFE = Duration.ofDays(3650);

  /** Time that is left when another one is made: no build takes that long. */
  private static final Duration RENEWED = Duration.ofDays(90);

  private static final Duration SERVER_LIFE = Duration.ofDays(30);
  private static final Duration SERVER_RENEWED = Duration.ofDays(2);

  private static final int MOST_SERVERS = 4096;

  /** How far a clock may have been ahead when a certificate was made. */
  private static final Duration SKEW = Duration.ofDays(2);

  private final KeyPair keys;
  private final X509Certificate certificate;
  private final SecureRandom random;
  private final Certificates certificates;
  private final InstantSource clock;
  private final Map<String, X509Certificate> servers = new ConcurrentHashMap<>();
  private @Nullable KeyPair serverKeys; // made when a server is answered for; guarded by this

  private CertificateAuthority(
      KeyPair keys,
      X509Certificate certificate,
      SecureRandom random,
      Certificates certificates,
      InstantSource clock) {
    this.keys = keys;
    this.certificate = certificate;
    this.random = random;
    this.certificates = certificates;
    this.clock = clock;
  }

  /**
   * Opens the one of a folder. It is made where there is none, where it can't be read, or where its
   * time is nearly over; of several processes that do so at once all take the same.
   *
   * @throws IOException if the folder can't be written
   */
  public static CertificateAuthority open(Path folder, InstantSource clock, SecureRandom random)
      throws IOException {
    try {
      Files.createDirectories(folder);
      Path file = folder.resolve(FILE);
      Certificates certificates = new Certificates(random);
      boolean isThere = Files.exists(file); // before it is read: else it may be one just made
      Optional<CertificateAuthority> kept = read(file, certificates, clock, random);
      if (kept.isPresent()) {
        return kept.get();
      }
      byte[] made = make(certificates, clock.instant(), random);
      write(folder, made, isThere);
      return read(file, certificates, clock, random)
          .orElseThrow(() -> new IOException("another one was put there that can't be used"));
    } catch (GeneralSecurityException | IOException e) {
      throw new IOException("open the relay's authority in " + folder + ": " + e.getMessage(), e);
    }
  }

  private static byte[] make(Certificates certificates, Instant now, SecureRandom random)
      throws GeneralSecurityException {
    KeyPair keys = keys(random);
    byte[] mark = new byte[4];
    random.nextBytes(mark);
    String name = "Larder package relay " + HexFormat.of().formatHex(mark);
    byte[] certificate =
        certificates.authority(
            keys, name, new Certificates.Validity(now.minus(SKEW), now.plus(LIFE)));
    String text =
        Pem.write("PRIVATE KEY", keys.getPrivate().getEncoded())
            + Pem.write("CERTIFICATE", certificate);
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static KeyPair keys(SecureRandom random) throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec(CURVE), random);
    return generator.generateKeyPair();
  }

  /** Whole or not at all; the first of several stays, unless it is to be replaced. */
  private static void write(Path folder, byte[] content, boolean replaces) throws IOException {
    Path file = folder.resolve(FILE);
    Path temporary =
        Files.createTempFile(
            folder,
            ".authority",
            "",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try {
      try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
        channel.write(ByteBuffer.wrap(content));
        channel.force(true);
      }
      if (replaces) {
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
      } else {
        Files.createLink(file, temporary);
      }
    } catch (FileAlreadyExistsException e) {
      // Another process was first: its one is as good.
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  private static Optional<CertificateAuthority> read(
      Path file, Certificates certificates, InstantSource clock, SecureRandom random)
      throws IOException, GeneralSecurityException {
    byte[] text;
    try {
      text = Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
    List<byte[]> found = Pem.read(text);
    Optional<byte[]> key = Pem.find("PRIVATE KEY", text);
    if (found.size() != 1 || key.isEmpty()) {
      return Optional.empty();
    }
    try {
      X509Certificate certificate = Pem.parse(found.getFirst());
      PrivateKey signing =
          KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(key.get()));
      Instant end = certificate.getNotAfter().toInstant();
      Instant now = clock.instant();
      if (!(signing instanceof ECPrivateKey)
          || end.minus(RENEWED).isBefore(now)
          || certificate.getNotBefore().toInstant().isAfter(now)) {
        return Optional.empty();
      }
      return Optional.of(
          new CertificateAuthority(
              new KeyPair(certificate.getPublicKey(), signing),
              certificate,
              random,
              certificates,
              clock));
    } catch (GeneralSecurityException e) {
      return Optional.empty();
    }
  }

  /** What steps are made to trust. */
  public X509Certificate certificate() {
    return certificate;
  }

  /** The key of every server's certificate that is made here; it is never written down. */
  PrivateKey serverKey() throws GeneralSecurityException {
    return serverKeys().getPrivate();
  }

  private synchronized KeyPair serverKeys() throws GeneralSecurityException {
    KeyPair made = serverKeys;
    if (made == null) {
      made = keys(random);
      serverKeys = made;
    }
    return made;
  }

  /** Sockets that answer with a certificate for any server whose name a client gives. */
  public SSLSocketFactory sockets() throws IOException {
    try {
      return ServerKeys.sockets(this);
    } catch (GeneralSecurityException e) {
      throw new IOException("set up the relay's TLS: " + e.getMessage(), e);
    }
  }

  /**
   * A certificate for a server; the same one as long as it is good for some days.
   *
   * @param host a name or an address
   */
  X509Certificate server(String host) throws GeneralSecurityException {
    Instant now = clock.instant();
    X509Certificate kept = servers.get(host);
    if (kept != null && now.isBefore(kept.getNotAfter().toInstant().minus(SERVER_RENEWED))) {
      return kept;
    }
    String name = certificate.getSubjectX500Principal().getName().substring("CN=".length());
    byte[] der =
        certificates.server(
            serverKeys().getPublic(),
            host,
            keys,
            name,
            new Certificates.Validity(now.minus(SKEW), now.plus(SERVER_LIFE)));
    X509Certificate made = Pem.parse(der);
    if (servers.size() >= MOST_SERVERS) {
      servers.clear();
    }
    servers.put(host, made);
    return made;
  }
}
