package dev.larder.engine.trust;

import dev.larder.engine.linux.Fd;
import dev.larder.engine.linux.Inodes;
import java.io.ByteArrayInputStream;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Finds traces of certificates that a step was handed, and takes out those it understands. */
final class TraceCleaner {
  private static final int PIECE = 28;
  private static final int MOST_KEYSTORE = 4 << 20;

  private final List<byte[]> certificates;
  private final Needles needles;
  private final Pattern savedVariable;

  TraceCleaner(List<byte[]> certificates, Collection<String> variables) {
    this.certificates = certificates;
    List<byte[]> wanted = new ArrayList<>();
    wanted.add(ascii(TrustBlock.BEGIN.strip()));
    wanted.add(ascii(StepTrust.TARGET + "/"));
    for (byte[] der : certificates) {
      wanted.add(Arrays.copyOfRange(der, Math.max(0, der.length - 32), der.length)); // signature
      wanted.add(ascii(piece(Base64.getEncoder().encodeToString(der))));
    }
    this.needles = new Needles(wanted);
    // What env, export and declare print; one variable a line.
    this.savedVariable =
        Pattern.compile(
            "^(?:export |declare -x )?(?:"
                + String.join("|", variables)
                + ")=[^\\n]*"
                + Pattern.quote(StepTrust.TARGET + "/")
                + "[^\\n]*(?:\\n|\\z)",
            Pattern.MULTILINE);
  }

  /**
   * A part of the text form that no line break of 64 or 76 characters cuts, from the second half.
   */
  private static String piece(String base64) {
    for (int at = base64.length() / 2; at + PIECE <= base64.length(); at++) {
      int last = at + PIECE - 1;
      if (at / 64 == last / 64 && at / 76 == last / 76) {
        return base64.substring(at, at + PIECE);
      }
    }
    return base64.substring(0, Math.min(PIECE, base64.length()));
  }

  /** Whether a file needs a closer look: reads it once. */
  boolean suspects(String file) throws IOException {
    try (InputStream in = open(file)) {
      byte[] head = in.readNBytes(9);
      boolean keystore =
          JavaKeystore.looksLikePkcs12(head) && Inodes.lstat(file).size() <= MOST_KEYSTORE;
      return keystore || needles.anyIn(new SequenceInputStream(new ByteArrayInputStream(head), in));
    }
  }

  /** Java's streams are cheaper to open, but reach only names that any locale can write. */
  private static InputStream open(String file) throws IOException {
    return file.chars().allMatch(c -> c < 128)
        ? new FileInputStream(file)
        : Fd.openRead(file).input();
  }

  /** The content without what can be taken out of it. */
  byte[] clean(byte[] content) {
    if (JksFile.looksLikeOne(content) || JavaKeystore.looksLikePkcs12(content)) {
      Optional<byte[]> without = JavaKeystore.remove(content, certificates);
      return without.orElse(content);
    }
    byte[] text = TrustBlock.remove(content);
    text = Pem.without(text, der -> certificates.stream().anyMatch(c -> Arrays.equals(c, der)));
    String lines = new String(text, StandardCharsets.ISO_8859_1);
    if (!lines.contains(StepTrust.TARGET)) {
      return text;
    }
    return savedVariable.matcher(lines).replaceAll("").getBytes(StandardCharsets.ISO_8859_1);
  }

  /** Whether something is left. */
  boolean traceIn(byte[] content) {
    return needles.anyIn(content, content.length);
  }

  /** All of a file; goes on when this thread is interrupted, as what is put in must come out. */
  static byte[] read(String file) throws IOException {
    try (InputStream in = open(file)) {
      return in.readAllBytes();
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
