package dev.larder.engine.trust;

import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.time.Instant;
import java.util.Arrays;

/** Makes certificates (RFC 5280) of elliptic keys, in DER. */
final class Certificates {
  /** What is valid when. */
  record Validity(Instant from, Instant until) {}

  private static final byte[] ECDSA_WITH_SHA256 =
      Der.sequence(Der.identifier("1.2.840.10045.4.3.2"));

  private static final String BASIC_CONSTRAINTS = "2.5.29.19";
  private static final String KEY_USAGE = "2.5.29.15";
  private static final String EXTENDED_KEY_USAGE = "2.5.29.37";
  private static final String SUBJECT_KEY = "2.5.29.14";
  private static final String AUTHORITY_KEY = "2.5.29.35";
  private static final String SUBJECT_ALTERNATIVE_NAME = "2.5.29.17";
  private static final byte[] SERVER_AUTHENTICATION = Der.identifier("1.3.6.1.5.5.7.3.1");

  /** Bits of a key's usage: digitalSignature; keyCertSign and cRLSign. */
  private static final int SIGNS = 0x80;

  private static final int SIGNS_CERTIFICATES = 0x06;

  /** The upper bound of a common name. */
  private static final int LONGEST_NAME = 64;

  private static final int DNS_NAME = 2;
  private static final int IP_ADDRESS = 7;

  private final SecureRandom random;

  Certificates(SecureRandom random) {
    this.random = random;
  }

  /** An authority's own, which signs those of servers only. */
  byte[] authority(KeyPair keys, String name, Validity validity) throws GeneralSecurityException {
    byte[] subject = name(name);
    byte[] extensions =
        Der.sequence(
            critical(BASIC_CONSTRAINTS, Der.sequence(Der.isTrue(), Der.integer(BigInteger.ZERO))),
            critical(KEY_USAGE, Der.flags(SIGNS_CERTIFICATES)),
            extension(SUBJECT_KEY, Der.of(Der.OCTET_STRING, keyId(keys.getPublic()))));
    return signed(subject, subject, keys.getPublic(), validity, extensions, keys.getPrivate());
  }

  /**
   * A server's.
   *
   * @param host a name or an address
   * @param authority the name of who signs it
   */
  byte[] server(PublicKey key, String host, KeyPair signer, String authority, Validity validity)
      throws GeneralSecurityException {
    boolean isNamed = host.length() <= LONGEST_NAME;
    byte[] names = Der.sequence(alternative(host));
    byte[] extensions =
        Der.sequence(
            critical(KEY_USAGE, Der.flags(SIGNS)),
            extension(EXTENDED_KEY_USAGE, Der.sequence(SERVER_AUTHENTICATION)),
            extension(SUBJECT_KEY, Der.of(Der.OCTET_STRING, keyId(key))),
            extension(AUTHORITY_KEY, Der.sequence(Der.implicit(0, keyId(signer.getPublic())))),
            isNamed
                ? extension(SUBJECT_ALTERNATIVE_NAME, names)
                : critical(SUBJECT_ALTERNATIVE_NAME, names));
    byte[] subject = isNamed ? name(host) : Der.sequence();
    return signed(name(authority), subject, key, validity, extensions, signer.getPrivate());
  }

  private byte[] signed(
      byte[] issuer,
      byte[] subject,
      PublicKey key,
      Validity validity,
      byte[] extensions,
      PrivateKey signer)
      throws GeneralSecurityException {
    byte[] serial = new byte[16]; // RFC 5280 §4.1.2.2: positive, at most 20 bytes
    random.nextBytes(serial);
    byte[] content =
        Der.sequence(
            Der.explicit(0, Der.integer(BigInteger.TWO)), // version 3
            Der.integer(new BigInteger(1, serial)),
            ECDSA_WITH_SHA256,
            issuer,
            Der.sequence(Der.time(validity.from()), Der.time(validity.until())),
            subject,
            key.getEncoded(),
            Der.explicit(3, extensions));
    Signature signature = Signature.getInstance("SHA256withECDSA");
    signature.initSign(signer, random);
    signature.update(content);
    return Der.sequence(content, ECDSA_WITH_SHA256, Der.bits(signature.sign()));
  }

  private static byte[] name(String common) {
    byte[] attribute = Der.sequence(Der.identifier("2.5.4.3"), Der.utf8(common));
    return Der.sequence(Der.of(Der.SET, attribute));
  }

  private static byte[] alternative(String host) {
    boolean isAddress = host.indexOf(':') >= 0 || host.matches("[0-9]+(\\.[0-9]+){3}");
    return isAddress
        ? Der.implicit(IP_ADDRESS, InetAddress.ofLiteral(host).getAddress())
        : Der.implicit(DNS_NAME, host.getBytes(StandardCharsets.US_ASCII));
  }

  private static byte[] extension(String id, byte[] value) {
    return Der.sequence(Der.identifier(id), Der.of(Der.OCTET_STRING, value));
  }

  private static byte[] critical(String id, byte[] value) {
    return Der.sequence(Der.identifier(id), Der.isTrue(), Der.of(Der.OCTET_STRING, value));
  }

  /** The left 160 bits of a digest of the whole key (RFC 7093 §2, method 4). */
  private static byte[] keyId(PublicKey key) throws GeneralSecurityException {
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(key.getEncoded());
    return Arrays.copyOf(digest, 20);
  }
}
