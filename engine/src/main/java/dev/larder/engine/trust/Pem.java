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

/** Certificates as text, RFC 7468 section 5. */
final class Pem {
  private static final String BEGIN = "-----BEGIN CERTIFICATE-----";
  private static final String END = "-----END CERTIFICATE-----";

  private Pem() {}

  /**
   * A certificate in a text.
   *
   * @param end after the line that ends it
   */
  private record Block(int start, int end, String base64) {}

  /** By plain searches: a pattern takes long over a bundle as long as it is not compiled. */
  private static List<Block> blocks(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    List<Block> blocks = new ArrayList<>();
    int at = text.indexOf(BEGIN);
    while (at >= 0) {
      int body = at + BEGIN.length();
      int end = text.indexOf(END, body);
      if (end < 0) {
        break;
      }
      String base64 = text.substring(body, end);
      int next = body;
      if (isBase64(base64)) {
        next = afterLine(text, end + END.length());
        blocks.add(new Block(at, next, base64));
      }
      at = text.indexOf(BEGIN, next);
    }
    return blocks;
  }

  private static boolean isBase64(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      if (!letter && c != '+' && c != '/' && c != '=' && c != ' ' && (c < '\t' || c > '\r')) {
        return false;
      }
    }
    return true;
  }

  private static int afterLine(String text, int from) {
    int at = from;
    while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
      at++;
    }
    at += text.startsWith("\r", at) ? 1 : 0;
    return at + (text.startsWith("\n", at) ? 1 : 0);
  }

  /** The certificates in a text, in DER; other things in it, and damaged ones, are passed over. */
  static List<byte[]> read(byte[] text) {
    List<byte[]> found = new ArrayList<>();
    for (Block block : blocks(text)) {
      byte[] der = decode(block.base64);
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
    ByteArrayOutputStream left = new ByteArrayOutputStream(text.length);
    int done = 0;
    for (Block block : blocks(text)) {
      if (out.test(decode(block.base64))) {
        left.write(text, done, block.start - done);
        done = block.end;
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
