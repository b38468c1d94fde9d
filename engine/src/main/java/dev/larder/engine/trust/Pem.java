package dev.larder.engine.trust;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Certificates as text, RFC 7468 section 5. */
final class Pem {
  private static final Pattern CERTIFICATE =
      Pattern.compile(
          "-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\\s]*+)-----END CERTIFICATE-----[ \\t]*\\r"
              + "?\\n"
              + "?");

  private Pem() {}

  /** The certificates in a text, in DER; other things in it, and damaged ones, are passed over. */
  static List<byte[]> read(byte[] text) {
    List<byte[]> found = new ArrayList<>();
    Matcher matcher = CERTIFICATE.matcher(new String(text, StandardCharsets.ISO_8859_1));
    while (matcher.find()) {
      byte[] der = decode(matcher.group(1));
      if (der.length > 0) {
        found.add(der);
      }
    }
    return found;
  }

  /** One certificate as text, lines of 64, ended by a newline. */
  static String write(byte[] der) {
    return write("CERTIFICATE", der);
  }

  /** Something else in DER as text, under its label. */
  static String write(String label, byte[] der) {
    return "-----BEGIN "
        + label
        + "-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
        + "\n-----END "
        + label
        + "-----\n";
  }

  /** The first thing under a label, in DER. */
  static Optional<byte[]> find(String label, byte[] text) {
    String all = new String(text, StandardCharsets.ISO_8859_1);
    String begin = "-----BEGIN " + label + "-----";
    int from = all.indexOf(begin);
    int to = from < 0 ? -1 : all.indexOf("-----END " + label + "-----", from);
    byte[] der = to < 0 ? new byte[0] : decode(all.substring(from + begin.length(), to));
    return der.length == 0 ? Optional.empty() : Optional.of(der);
  }

  /** A certificate of its DER. */
  static X509Certificate parse(byte[] der) throws CertificateException {
    return (X509Certificate)
        CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
  }

  /** The text without the certificates that are wanted out; all else byte for byte. */
  static byte[] without(byte[] text, Predicate<byte[]> out) {
    Matcher matcher = CERTIFICATE.matcher(new String(text, StandardCharsets.ISO_8859_1));
    ByteArrayOutputStream left = new ByteArrayOutputStream(text.length);
    int done = 0;
    while (matcher.find()) {
      if (out.test(decode(matcher.group(1)))) {
        left.write(text, done, matcher.start() - done);
        done = matcher.end();
      }
    }
    left.write(text, done, text.length - done);
    return left.toByteArray();
  }

  private static byte[] decode(String base64) {
    try {
      return Base64.getMimeDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      return new byte[0];
    }
  }
}
