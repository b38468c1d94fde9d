package dev.larder.engine.trust;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Certificates at the end of a bundle, between marks, so that they can be taken out again wherever
 * the text has been copied to. Everything that reads bundles passes over lines outside of BEGIN and
 * END.
 */
final class TrustBlock {
  static final String BEGIN = "# larder-trust begin: the building machine's own, not the image's\n";
  static final String END = "# larder-trust end\n";

  private TrustBlock() {}

  /** The block with its marks. */
  static byte[] of(List<byte[]> certificates) {
    StringBuilder text = new StringBuilder(BEGIN);
    certificates.forEach(der -> text.append(Pem.write(der)));
    return text.append(END).toString().getBytes(StandardCharsets.US_ASCII);
  }

  /** The bundle with the block; a newline goes before it where the bundle does not end in one. */
  static byte[] add(byte[] bundle, byte[] block) {
    ByteArrayOutputStream all = new ByteArrayOutputStream(bundle.length + block.length + 1);
    all.writeBytes(bundle);
    if (bundle.length > 0 && bundle[bundle.length - 1] != '\n') {
      all.write('\n');
    }
    all.writeBytes(block);
    return all.toByteArray();
  }

  /**
   * The text without any block. One that has lost its end stays, and is found by whoever looks for
   * the certificates.
   */
  static byte[] remove(byte[] text) {
    byte[] begin = BEGIN.getBytes(StandardCharsets.US_ASCII);
    byte[] end = END.getBytes(StandardCharsets.US_ASCII);
    ByteArrayOutputStream left = new ByteArrayOutputStream(text.length);
    int done = 0;
    int from = indexOf(text, begin, 0);
    while (from >= 0) {
      int to = indexOf(text, end, from);
      if (to < 0) {
        break;
      }
      left.write(text, done, from - done);
      done = to + end.length;
      from = indexOf(text, begin, done);
    }
    left.write(text, done, text.length - done);
    return left.toByteArray();
  }

  private static int indexOf(byte[] text, byte[] wanted, int from) {
    for (int i = from; i <= text.length - wanted.length; i++) {
      if (text[i] == wanted[0]
          && Arrays.equals(text, i, i + wanted.length, wanted, 0, wanted.length)) {
        return i;
      }
    }
    return -1;
  }
}
