package dev.larder.engine.archive;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

final class CompressionTest {
  @Test
  void packedBytes_unpackAgain() throws IOException {
    for (Compression one : List.of(Compression.NONE, Compression.GZIP, Compression.ZSTD)) {
      for (int size : new int[] {0, 1, 70_000, 1 << 19, (1 << 19) + 1, 3_000_000}) {
        byte[] bytes = text(size);
        byte[] packed = pack(one, bytes);
        assertThat(unpack(packed)).as("%s of %d bytes", one, size).isEqualTo(bytes);
        try (InputStream in = one.decompress(new ByteArrayInputStream(packed))) {
          assertThat(in.readAllBytes()).isEqualTo(bytes);
        }
      }
    }
  }

  @Test
  void gzip_isOneMemberThatTheJdkReads() throws IOException {
    byte[] bytes = text(2_000_000);
    byte[] packed = pack(Compression.GZIP, bytes);
    assertThat(packed).isEqualTo(pack(Compression.GZIP, bytes)).hasSizeLessThan(bytes.length / 2);
    try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(packed))) {
      assertThat(in.readAllBytes()).isEqualTo(bytes);
    }
  }

  @Test
  void gzip_ofIncompressibleBytes_unpacksAgain() throws IOException {
    byte[] bytes = new byte[1_500_000];
    new Random(1).nextBytes(bytes);
    assertThat(unpack(pack(Compression.GZIP, bytes))).isEqualTo(bytes);
  }

  @Test
  void streamsAfterEachOther_areOne() throws IOException {
    for (Compression one : List.of(Compression.GZIP, Compression.ZSTD)) {
      ByteArrayOutputStream both = new ByteArrayOutputStream();
      both.writeBytes(pack(one, "one ".getBytes(java.nio.charset.StandardCharsets.UTF_8)));
      both.writeBytes(pack(one, "two".getBytes(java.nio.charset.StandardCharsets.UTF_8)));
      // A stream that gives a byte at a time and never says that there is more.
      InputStream slow =
          new ByteArrayInputStream(both.toByteArray()) {
            @Override
            public synchronized int read(byte[] into, int offset, int length) {
              return super.read(into, offset, Math.min(1, length));
            }

            @Override
            public synchronized int available() {
              return 0;
            }
          };
      try (InputStream in = Compression.open(slow)) {
        assertThat(in.readAllBytes()).asString().isEqualTo("one two");
      }
    }
  }

  @Test
  void bzip2AndXz_areRead() throws IOException {
    String bzip2 =
        "425a68393141592653591931653d00000081000244a000219a68334d0733" + "8bb9229c28480c98b29e80";
    String xz =
        "fd377a585a000004e6d6b4460200210116000000742fe5a301000468656c6c6f00000000"
            + "b137b9dbe5da1e9b00011d05b82d80af1fb6f37d010000000004595a";
    for (String packed : List.of(bzip2, xz)) {
      assertThat(unpack(HexFormat.of().parseHex(packed))).asString().isEqualTo("hello");
    }
  }

  private static byte[] text(int size) {
    Random random = new Random(size);
    byte[] bytes = new byte[size];
    for (int i = 0; i < size; i++) {
      bytes[i] = (byte) ('a' + random.nextInt(6));
    }
    return bytes;
  }

  private static byte[] pack(Compression compression, byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (OutputStream packed = compression.compress(out)) {
      packed.write(bytes);
    }
    return out.toByteArray();
  }

  private static byte[] unpack(byte[] packed) throws IOException {
    try (InputStream in = Compression.open(new ByteArrayInputStream(packed))) {
      return in.readAllBytes();
    }
  }
}
