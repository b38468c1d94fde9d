package dev.larder.engine.trust;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
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
    return "-----BEGIN CERTIFICATE-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
        + "\n-----END CERTIFICATE-----\n";
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
