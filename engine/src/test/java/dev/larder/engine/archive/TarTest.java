package dev.larder.engine.archive;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.engine.linux.Names;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SequencedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class TarTest {
  private record Written(TarEntry entry, ByteBuffer content) {
    Written(TarEntry entry, byte[] content) {
      this(entry, ByteBuffer.wrap(content));
    }
  }

  @Test
  void reader_readsWhatWriterWrote() throws IOException {
    for (int seed = 0; seed < 60; seed++) {
      List<Written> entries = RandomEntries.of(new Random(seed));
      List<Written> read = read(write(entries));
      assertThat(read).as("seed %d", seed).hasSameSizeAs(entries);
      for (int i = 0; i < entries.size(); i++) {
        assertSame(read.get(i), entries.get(i), seed);
      }
    }
  }

  @Test
  void writer_writesUstarAlone_whereItHasRoom() throws IOException {
    byte[] tar =
        write(List.of(new Written(TarEntry.file("dir/file", 0644, 3, 1), "abc".getBytes(UTF_8))));
    assertThat(tar).hasSize(512 + 512 + 1024);
    assertThat(new String(tar, 0, 8, US_ASCII)).isEqualTo("dir/file");
    assertThat(new String(tar, 100, 57, US_ASCII))
        .isEqualTo("0000644\0000000000\0000000000\00000000000003\00000000000001\000010617\0 0");
    assertThat(new String(tar, 257, 8, US_ASCII)).isEqualTo("ustar\00000");
    assertThat(new String(tar, 329, 16, US_ASCII)).isEqualTo("0000000\0000000000\0");
  }

  @Test
  void writer_splitsLongNames_beforeItUsesRecords() throws IOException {
    String folder = "f".repeat(99);
    byte[] split =
        write(List.of(new Written(TarEntry.folder(folder + "/" + folder, 0755, 0), none())));
    assertThat(split).hasSize(512 + 1024);
    assertThat(new String(split, 345, 99, US_ASCII)).isEqualTo(folder);
    byte[] whole = write(List.of(new Written(TarEntry.folder("f".repeat(101), 0755, 0), none())));
    assertThat(whole).hasSize(512 + 512 + 512 + 1024);
    assertThat(new String(whole, 512, 111, US_ASCII))
        .isEqualTo("112 path=" + "f".repeat(101) + "/");
  }

  @Test
  void writer_countsTheDigitsOfARecordsLength() throws IOException {
    for (int n = 85; n < 110; n++) {
      SequencedMap<String, byte[]> attributes = new TreeMap<>();
      attributes.put("user.x", new byte[n]);
      TarEntry entry =
          new TarEntry("a", TarEntry.Type.FOLDER, 0755, 0, 0, 0, 0, 0, "", 0, 0, attributes);
      assertThat(read(write(List.of(new Written(entry, none())))).getFirst().entry().attributes())
          .containsOnlyKeys("user.x");
    }
  }

  @Test
  void writer_refusesContentOfAnotherSize() throws IOException {
    TarWriter writer = new TarWriter(new ByteArrayOutputStream());
    writer.entry(TarEntry.file("a", 0644, 3, 0));
    writer.write(new byte[2], 0, 2);
    assertThatThrownBy(() -> writer.write(new byte[2], 0, 2))
        .hasMessage("write archive: \"a\" is longer than its 3 bytes");
    assertThatThrownBy(writer::finish).hasMessage("write archive: \"a\" lacks 1 bytes");
  }

  @Test
  void reader_saysWhereAnArchiveIsCutShort() throws IOException {
    byte[] tar = write(List.of(new Written(TarEntry.file("a", 0644, 600, 0), new byte[600])));
    for (int length : new int[] {1, 511, 513, 1023, 1025, 1500}) {
      assertThatThrownBy(() -> read(Arrays.copyOf(tar, length)))
          .isInstanceOf(IOException.class)
          .hasMessage("read archive: cut short at offset " + length);
    }
  }

  @Test
  void reader_refusesADamagedHeader() throws IOException {
    byte[] tar =
        write(
            List.of(
                new Written(TarEntry.file("a", 0644, 0, 0), none()),
                new Written(TarEntry.file("b", 0644, 0, 0), none())));
    tar[512 + 110] ^= 1;
    assertThatThrownBy(() -> read(tar))
        .hasMessageMatching(
            "read archive: damaged header at offset 512: checksum \\d+, computed \\d+");
  }

  @Test
  void reader_neverFailsOtherwise_onAnyDamage() throws IOException {
    Random random = new Random(7);
    byte[] tar = write(RandomEntries.of(random));
    for (int i = 0; i < 3000; i++) {
      byte[] damaged = tar.clone();
      int at = random.nextInt(damaged.length);
      damaged[at] = (byte) random.nextInt();
      if (random.nextBoolean()) {
        mendChecksum(damaged, at / 512 * 512);
      }
      try {
        assertThat(read(damaged)).isNotNull();
      } catch (IOException e) {
        assertThat(e).hasMessageStartingWith("read archive: ");
      }
    }
  }

  @Test
  void reader_takesAnArchiveWithoutItsEnd() throws IOException {
    byte[] tar = write(List.of(new Written(TarEntry.file("a", 0644, 0, 0), none())));
    assertThat(read(Arrays.copyOf(tar, 512))).hasSize(1);
    assertThat(read(Arrays.copyOf(tar, 1024))).hasSize(1);
    assertThat(read(none())).isEmpty();
  }

  @Test
  void reader_readsLargeNumbersOfGnuTar() throws IOException {
    byte[] block = header("a", '5');
    byte[] large = {(byte) 0x80, 0, 0, 0, (byte) 0xFE, (byte) 0xDC, (byte) 0xBA, (byte) 0x98};
    System.arraycopy(large, 0, block, 108, 8);
    byte[] before = new byte[12];
    Arrays.fill(before, (byte) 0xFF);
    System.arraycopy(before, 0, block, 136, 12);
    mendChecksum(block, 0);
    TarEntry entry = read(block).getFirst().entry();
    assertThat(entry.uid()).isEqualTo(0xFEDCBA98);
    assertThat(entry.mtimeSeconds()).isEqualTo(-1);
  }

  @Test
  void reader_readsLongNamesOfGnuTar() throws IOException {
    ByteArrayOutputStream tar = new ByteArrayOutputStream();
    byte[] name = header("././@LongLink", 'L');
    System.arraycopy("00000000006\0".getBytes(US_ASCII), 0, name, 124, 12);
    mendChecksum(name, 0);
    tar.writeBytes(name);
    tar.writeBytes(Arrays.copyOf("x/\u00e9/\0".getBytes(UTF_8), 512));
    tar.writeBytes(header("short", '0'));
    TarEntry entry = read(tar.toByteArray()).getFirst().entry();
    assertThat(entry.path()).isEqualTo("x/\u00e9");
    assertThat(entry.type()).isEqualTo(TarEntry.Type.FOLDER);
  }

  @Test
  void reader_keepsGlobalRecords_untilOthersCome() throws IOException {
    ByteArrayOutputStream tar = new ByteArrayOutputStream();
    tar.writeBytes(records('g', "10 gid=42\n15 mtime=-1.25\n"));
    tar.writeBytes(header("a", '0'));
    tar.writeBytes(records('x', "8 gid=7\n"));
    tar.writeBytes(header("b", '0'));
    tar.writeBytes(header("c", '0'));
    List<Written> read = read(tar.toByteArray());
    assertThat(read).extracting(w -> w.entry().gid()).containsExactly(42, 7, 42);
    assertThat(read.getFirst().entry().mtimeSeconds()).isEqualTo(-2);
    assertThat(read.getFirst().entry().mtimeNanos()).isEqualTo(750_000_000);
  }

  @Test
  void reader_refusesSparseFiles() {
    assertThatThrownBy(() -> read(header("a", 'S')))
        .hasMessage("read archive: a sparse file at offset 0 is not supported");
  }

  static byte[] none() {
    return new byte[0];
  }

  private static byte[] header(String name, char type) {
    byte[] block = new byte[512];
    byte[] bytes = name.getBytes(UTF_8);
    System.arraycopy(bytes, 0, block, 0, bytes.length);
    block[156] = (byte) type;
    mendChecksum(block, 0);
    return block;
  }

  private static byte[] records(char type, String body) {
    byte[] block = header("pax", type);
    byte[] size = "%011o".formatted(body.length()).getBytes(US_ASCII);
    System.arraycopy(size, 0, block, 124, size.length);
    mendChecksum(block, 0);
    byte[] both = Arrays.copyOf(block, 1024);
    System.arraycopy(body.getBytes(US_ASCII), 0, both, 512, body.length());
    return both;
  }

  private static void mendChecksum(byte[] tar, int at) {
    if (at + 512 > tar.length) {
      return;
    }
    byte[] block = Arrays.copyOfRange(tar, at, at + 512);
    byte[] sum = "%06o\0 ".formatted(TarBlock.checksum(block, false)).getBytes(US_ASCII);
    System.arraycopy(sum, 0, tar, at + 148, 8);
  }

  private static void assertSame(Written actual, Written expected, int seed) {
    TarEntry a = actual.entry();
    TarEntry e = expected.entry();
    assertThat(a.path()).as("seed %d", seed).isEqualTo(e.path());
    assertThat(a)
        .as("seed %d: %s", seed, e.path())
        .usingRecursiveComparison()
        .ignoringFields("attributes")
        .isEqualTo(e);
    assertThat(a.hasAttributes(e.attributes())).as("attributes of %s", e.path()).isTrue();
    assertThat(actual.content()).isEqualTo(expected.content());
  }

  private static byte[] write(List<Written> entries) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    TarWriter writer = new TarWriter(out);
    for (Written one : entries) {
      writer.entry(one.entry(), new ByteArrayInputStream(one.content().array()));
    }
    writer.finish();
    return out.toByteArray();
  }

  private static List<Written> read(byte[] tar) throws IOException {
    TarReader reader = new TarReader(new ByteArrayInputStream(tar));
    List<Written> entries = new ArrayList<>();
    for (Optional<TarEntry> e = reader.next(); e.isPresent(); e = reader.next()) {
      entries.add(new Written(e.get(), reader.content().readAllBytes()));
    }
    return entries;
  }

  /** Entries of all kinds with names, numbers and attributes at and beyond every limit. */
  private static final class RandomEntries {
    private static final List<TarEntry.Type> TYPES = List.of(TarEntry.Type.values());
    private static final long[] IDS = {0, 1, 1000, 07777777, 010000000, 0xFFFFFFFEL};
    private static final long[] TIMES = {0, 1, 1_700_000_000L, 0xFFFFFFFFFL, 0x200000000L, -1};

    static List<Written> of(Random random) {
      List<Written> entries = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        TarEntry.Type type = TYPES.get(random.nextInt(TYPES.size()));
        byte[] content = new byte[type == TarEntry.Type.FILE ? random.nextInt(2000) : 0];
        random.nextBytes(content);
        boolean link = type == TarEntry.Type.SYMBOLIC_LINK || type == TarEntry.Type.HARD_LINK;
        boolean device =
            type == TarEntry.Type.CHARACTER_DEVICE || type == TarEntry.Type.BLOCK_DEVICE;
        entries.add(
            new Written(
                new TarEntry(
                    name(random),
                    type,
                    random.nextInt(010000),
                    (int) IDS[random.nextInt(IDS.length)],
                    (int) IDS[random.nextInt(IDS.length)],
                    content.length,
                    TIMES[random.nextInt(TIMES.length)],
                    0,
                    link ? name(random) : "",
                    device ? random.nextInt(4096) : 0,
                    device ? random.nextInt(1 << 20) : 0,
                    attributes(random)),
                content));
      }
      return entries;
    }

    private static String name(Random random) {
      int length = 1 + random.nextInt(random.nextInt(4) == 0 ? 300 : 60);
      byte[] bytes = new byte[length];
      int kind = random.nextInt(3);
      for (int i = 0; i < length; i++) {
        bytes[i] =
            switch (kind) {
              case 0 -> (byte) (1 + random.nextInt(255));
              default -> (byte) ('a' + random.nextInt(20));
            };
        if (bytes[i] == '/' || (i > 0 && i < length - 1 && random.nextInt(20) == 0)) {
          bytes[i] = (byte) (i == 0 || i == length - 1 ? 'z' : '/');
        }
      }
      return Names.decode(bytes);
    }

    private static SequencedMap<String, byte[]> attributes(Random random) {
      SequencedMap<String, byte[]> attributes = new TreeMap<>();
      for (int i = random.nextInt(5); i > 2; i--) {
        byte[] value = new byte[random.nextInt(200)];
        random.nextBytes(value);
        attributes.put("user.n" + random.nextInt(100), value);
      }
      return attributes;
    }
  }
}
