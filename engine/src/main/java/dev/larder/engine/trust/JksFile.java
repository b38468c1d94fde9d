package dev.larder.engine.trust;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A Java keystore of the type JKS with the usual password: entries in a row, then a digest over
 * them and the password. Entries that stay are kept byte for byte.
 */
final class JksFile {
  private static final int MAGIC = 0xFEEDFEED;
  private static final int VERSION = 2;
  private static final int KEY = 1;
  private static final int CERTIFICATE = 2;
  private static final int DIGEST = 20;
  private static final String PASSWORD = "changeit";

  /** One entry as it is in the file, and its certificate in DER; null for a private key. */
  private static final class Entry {
    final byte[] bytes;
    final byte @Nullable [] certificate;

    Entry(byte[] bytes, byte @Nullable [] certificate) {
      this.bytes = bytes;
      this.certificate = certificate;
    }
  }

  private final List<Entry> entries;

  private JksFile(List<Entry> entries) {
    this.entries = entries;
  }

  static JksFile empty() {
    return new JksFile(new ArrayList<>());
  }

  static boolean looksLikeOne(byte[] file) {
    return file.length >= 12 + DIGEST
        && file[0] == (byte) 0xFE
        && file[1] == (byte) 0xED
        && file[2] == (byte) 0xFE
        && file[3] == (byte) 0xED;
  }

  /** The entries of one; nothing if it is another type, damaged, or has another password. */
  static Optional<JksFile> read(byte[] file) {
    int end = file.length - DIGEST;
    if (!looksLikeOne(file)
        || !Arrays.equals(digest(file, end), Arrays.copyOfRange(file, end, file.length))) {
      return Optional.empty();
    }
    List<Entry> entries = new ArrayList<>();
    ByteArrayInputStream bytes = new ByteArrayInputStream(file, 0, end);
    try (DataInputStream in = new DataInputStream(bytes)) {
      if (in.readInt() != MAGIC || in.readInt() != VERSION) {
        return Optional.empty();
      }
      int count = in.readInt();
      for (int i = 0; i < count; i++) {
        int start = end - bytes.available();
        byte[] certificate = entry(in);
        byte[] whole = Arrays.copyOfRange(file, start, end - bytes.available());
        entries.add(new Entry(whole, certificate));
      }
    } catch (IOException e) {
      return Optional.empty();
    }
    return Optional.of(new JksFile(entries));
  }

  private static byte @Nullable [] entry(DataInputStream in) throws IOException {
    int tag = in.readInt();
    in.readUTF(); // alias
    in.readLong(); // when it was added
    if (tag == CERTIFICATE) {
      return certificate(in);
    }
    if (tag != KEY) {
      throw new IOException("unknown entry " + tag);
    }
    in.skipNBytes(in.readInt());
    int chain = in.readInt();
    for (int i = 0; i < chain; i++) {
      certificate(in);
    }
    return null;
  }

  private static byte[] certificate(DataInputStream in) throws IOException {
    in.readUTF(); // X.509
    return in.readNBytes(in.readInt());
  }

  boolean has(byte[] certificate) {
    return entries.stream().anyMatch(e -> Arrays.equals(e.certificate, certificate));
  }

  /** With one more certificate. */
  JksFile with(String alias, byte[] certificate) {
    List<Entry> more = new ArrayList<>(entries);
    more.add(new Entry(entryOf(alias, certificate), certificate));
    return new JksFile(more);
  }

  /** Without certificates that equal one of these. */
  JksFile without(List<byte[]> certificates) {
    List<Entry> left = new ArrayList<>(entries);
    left.removeIf(e -> certificates.stream().anyMatch(c -> Arrays.equals(e.certificate, c)));
    return new JksFile(left);
  }

  byte[] write() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeInt(MAGIC);
      out.writeInt(VERSION);
      out.writeInt(entries.size());
      for (Entry entry : entries) {
        out.write(entry.bytes);
      }
      out.write(digest(bytes.toByteArray(), bytes.size()));
    } catch (IOException e) {
      throw new AssertionError("writing to memory", e);
    }
    return bytes.toByteArray();
  }

  private static byte[] entryOf(String alias, byte[] certificate) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeInt(CERTIFICATE);
      out.writeUTF(alias);
      out.writeLong(0); // the same bytes each time
      out.writeUTF("X.509");
      out.writeInt(certificate.length);
      out.write(certificate);
    } catch (IOException e) {
      throw new AssertionError("writing to memory", e);
    }
    return bytes.toByteArray();
  }

  private static byte[] digest(byte[] file, int end) {
    try {
      MessageDigest sha1 = MessageDigest.getInstance("SHA-1"); // the format's choice
      sha1.update(PASSWORD.getBytes(StandardCharsets.UTF_16BE));
      sha1.update("Mighty Aphrodite".getBytes(StandardCharsets.UTF_8));
      sha1.update(file, 0, end);
      return sha1.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has SHA-1", e);
    }
  }
}
