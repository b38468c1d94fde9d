package dev.larder.engine.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What holds for every input, tried on many. */
final class DockerfileLawTest {
  private static final int INPUTS = 20_000;
  private static final int FEWER = 5_000;

  private static final List<String> PIECES =
      List.of(
          "FROM",
          "RUN",
          "CMD",
          "COPY",
          "ADD",
          "ENV",
          "LABEL",
          "ARG",
          "ONBUILD",
          "HEALTHCHECK",
          "VOLUME",
          "SHELL",
          "EXPOSE",
          "USER",
          "from",
          "AS",
          " ",
          " ",
          " ",
          "\n",
          "\n",
          "\r\n",
          "\\",
          "\\\n",
          "`\n",
          "\\ \t\n",
          "#",
          "# escape=`\n",
          "# syntax=x\n",
          "# check=skip=all\n",
          "\t",
          "--",
          "--mount=type=",
          "cache",
          "secret",
          ",id=",
          ",size=1",
          "--from=",
          "--link",
          "=",
          "[",
          "]",
          "[\"a\", \"b\"]",
          "\"",
          "'",
          ",",
          "{",
          "}",
          "$",
          "${",
          "${x:-",
          "${x//a/b}",
          "<<",
          "<<EOF",
          "<<-'EOF'",
          "EOF\n",
          "\nEOF\n",
          "EOF",
          "a",
          "b=c",
          "é",
          "\uFEFF",
          "😀",
          "\u00A0",
          "\u0000",
          "NONE",
          "CMD",
          "--interval=3s",
          "\"\\u00",
          "1e5",
          ":",
          "/",
          "*");

  @Test
  void anyText_isTiledAndPrintedBack() {
    Random random = new Random(20250101);
    for (int i = 0; i < INPUTS; i++) {
      StringBuilder text = new StringBuilder();
      for (int n = random.nextInt(40); n > 0; n--) {
        text.append(PIECES.get(random.nextInt(PIECES.size())));
      }
      Laws.hold(new Source("random " + i, text.toString()), random.nextInt());
    }
  }

  @Test
  void anyBytes_areTiledAndPrintedBack() {
    Random random = new Random(20250102);
    for (int i = 0; i < FEWER; i++) {
      byte[] bytes = new byte[random.nextInt(120)];
      random.nextBytes(bytes);
      Laws.hold("bytes " + i, bytes, random.nextInt());
    }
  }

  /** What the fuzzer found: the next character of the line stands two lines below the flag. */
  @Test
  void emptyValueBeforeAContinuation_liesInItsFlag() {
    String text = "FROM busybox\nCOPY --chown=\\\r\n  two /\r\n# c\r\nENV A:us a b.COPY\r\n";
    for (int choice = 0; choice < 20; choice++) {
      Laws.hold(new Source("empty value", text), choice);
    }
    List<Span> owners =
        Dockerfile.parse(new Source("f", text)).stages().getFirst().instructions().stream()
            .filter(Instruction.Copy.class::isInstance)
            .map(copy -> Objects.requireNonNull(((Instruction.Copy) copy).chown()).span())
            .toList();
    assertThat(owners).containsExactly(new Span(26, 26));
  }

  /** Files that people could have written, at every line's end and in its middle. */
  @Test
  void truncatedFiles_areTiledAndPrintedBack() throws IOException {
    Random random = new Random(20250104);
    for (byte[] file : corpus()) {
      Laws.hold("whole", file, random.nextInt());
      for (int i = 0; i < file.length; i++) {
        if (file[i] == '\n' || random.nextInt(40) == 0) {
          Laws.hold("cut at " + i, Arrays.copyOf(file, i), random.nextInt());
        }
      }
    }
  }

  @Test
  void mutatedFiles_areTiledAndPrintedBack() throws IOException {
    Random random = new Random(20250103);
    List<byte[]> files = corpus();
    for (int i = 0; i < INPUTS; i++) {
      byte[] file = files.get(random.nextInt(files.size()));
      for (int n = 1 + random.nextInt(5); n > 0; n--) {
        file = mutated(file, files, random);
      }
      Laws.hold("mutated " + i, file, random.nextInt());
    }
  }

  /** Windows' line ends, and white space before line ends, mean nothing outside of documents. */
  @Test
  void lineEnds_changeNothing() throws IOException {
    for (byte[] bytes : corpus()) {
      String text = Source.decode("Dockerfile", bytes).text();
      if (text.indexOf('\r') < 0) {
        List<String> read = readings(text);
        assertThat(readings(text.replace("\n", "\r\n"))).isEqualTo(read);
        if (!text.contains("<<")) {
          assertThat(readings(text.replace("\n", " \t\n"))).isEqualTo(read);
        }
      }
    }
  }

  /** What is read, without places. */
  private static List<String> readings(String text) {
    Dockerfile file = Dockerfile.parse(new Source("Dockerfile", text));
    List<String> readings = new ArrayList<>();
    for (Instruction instruction : file.instructions()) {
      readings.add(instruction.getClass().getSimpleName() + " " + instruction.name());
      instruction.flags().forEach(flag -> readings.add(flag.name()));
      Laws.words(instruction).forEach(word -> readings.add(word.text()));
    }
    file.diagnostics().forEach(diagnostic -> readings.add(diagnostic.message()));
    return readings;
  }

  /** A file with a place of it changed, dropped, doubled or filled from another file. */
  private static byte[] mutated(byte[] file, List<byte[]> files, Random random) {
    int from = random.nextInt(file.length + 1);
    int to = Math.min(file.length, from + random.nextInt(12));
    byte[] other = files.get(random.nextInt(files.size()));
    int start = random.nextInt(other.length + 1);
    byte[] middle =
        switch (random.nextInt(5)) {
          case 0 -> new byte[] {(byte) random.nextInt(256)};
          case 1 -> new byte[0];
          case 2 -> Arrays.copyOfRange(file, from, Math.min(file.length, from + 24));
          case 3 -> PIECES.get(random.nextInt(PIECES.size())).getBytes(StandardCharsets.UTF_8);
          default ->
              Arrays.copyOfRange(other, start, Math.min(other.length, start + random.nextInt(60)));
        };
    byte[] out = Arrays.copyOf(file, from + middle.length + file.length - to);
    System.arraycopy(middle, 0, out, from, middle.length);
    System.arraycopy(file, to, out, from + middle.length, file.length - to);
    return out;
  }

  /** Each of these has 100,000 lines: read in quadratic time, none of them would come to an end. */
  @Test
  void longInstructions_areReadToTheirEnd() {
    int lines = 100_000;
    for (String line :
        List.of(
            " \\\n# c\n\n  --flag \"y\"",
            " \\\n <<a",
            " \\\n--mount=type=cache,target=/a",
            " \\\n[\"a\",")) {
      String text = "FROM a\nRUN" + line.repeat(lines) + "\n";
      Dockerfile file = Dockerfile.parse(new Source("Dockerfile", text));
      assertThat(file.instructions()).hasSize(2);
      assertThat(file.print()).isEqualTo(text);
    }
  }

  /** Every Dockerfile among the tests' resources. */
  private static List<byte[]> corpus() throws IOException {
    List<byte[]> files = new ArrayList<>();
    for (String folder : List.of("dockerfile", "differential", "plan")) {
      try (Stream<Path> paths = Files.walk(Path.of("src/test/resources", folder))) {
        for (Path file : paths.filter(p -> p.endsWith("Dockerfile")).sorted().toList()) {
          files.add(Files.readAllBytes(file));
        }
      }
    }
    return files;
  }
}
