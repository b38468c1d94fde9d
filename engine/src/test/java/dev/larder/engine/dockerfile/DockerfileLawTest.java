package dev.larder.engine.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
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
      hold(new Source("random " + i, text.toString()));
    }
  }

  @Test
  void anyBytes_areTiledAndPrintedBack() {
    Random random = new Random(20250102);
    for (int i = 0; i < FEWER; i++) {
      byte[] bytes = new byte[random.nextInt(120)];
      random.nextBytes(bytes);
      Source source = Source.decode("bytes " + i, bytes);
      assertThat(source.bytes()).as(source.name()).isEqualTo(bytes);
      hold(source);
    }
  }

  @Test
  void mutatedFiles_areTiledAndPrintedBack() throws IOException {
    Random random = new Random(20250103);
    List<byte[]> files = new ArrayList<>();
    for (String name : DockerfileGoldenTest.cases()) {
      Path file = Path.of("src/test/resources/dockerfile", name, "Dockerfile");
      files.add(Files.readAllBytes(file));
    }
    for (int i = 0; i < FEWER; i++) {
      byte[] bytes = files.get(random.nextInt(files.size())).clone();
      for (int n = random.nextInt(6); n > 0 && bytes.length > 0; n--) {
        bytes[random.nextInt(bytes.length)] =
            random.nextBoolean() ? (byte) random.nextInt(256) : bytes[random.nextInt(bytes.length)];
      }
      int cut = random.nextInt(4) == 0 ? random.nextInt(bytes.length + 1) : bytes.length;
      hold(Source.decode("mutated " + i, java.util.Arrays.copyOf(bytes, cut)));
    }
  }

  @Test
  void edit_leavesOtherNodesUntouched() {
    String text = "FROM a\n# note\nRUN x \\\n  # inner\n  y\n\nCOPY <<E /b\nbody\nE\nCMD z\n";
    Dockerfile file = Dockerfile.parse(new Source("Dockerfile", text));
    for (Node node : file.nodes()) {
      String edited = Edit.apply(text, List.of(new Edit(node.span(), "LABEL edited=1\n")));
      Dockerfile after = Dockerfile.parse(new Source("Dockerfile", edited));
      assertThat(texts(after))
          .containsSubsequence(
              file.nodes().stream()
                  .filter(n -> !n.equals(node))
                  .map(n -> file.source().text(n.span()))
                  .toList());
    }
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

  private static List<String> texts(Dockerfile file) {
    return file.nodes().stream().map(n -> file.source().text(n.span())).toList();
  }

  private static void hold(Source source) {
    Dockerfile file = Dockerfile.parse(source);
    int at = 0;
    for (Node node : file.nodes()) {
      assertThat(node.span().start()).as(source.name()).isEqualTo(at);
      assertThat(node.span().isEmpty()).as(source.name()).isFalse();
      at = node.span().end();
      if (node instanceof Instruction instruction) {
        assertThat(node.span().contains(instruction.head().code())).as(source.name()).isTrue();
        for (Word word : Expansions.words(instruction)) {
          assertThat(node.span().contains(word.span())).as(source.name()).isTrue();
          expand(file, word);
        }
      }
    }
    assertThat(at).as(source.name()).isEqualTo(source.text().length());
    assertThat(file.print()).isEqualTo(source.text());
    for (Diagnostic diagnostic : file.diagnostics()) {
      assertThat(diagnostic.render(source)).as(source.name()).startsWith(source.name() + ":");
      assertThat(diagnostic.span().end()).isLessThanOrEqualTo(source.text().length());
    }
    assertThat(file.stages().size()).isLessThanOrEqualTo(file.instructions().size());
  }

  private static void expand(Dockerfile file, Word word) {
    try {
      Expansion expansion = file.expander().expand(word, name -> name.equals("x") ? "aXa" : null);
      assertThat(expansion.undefined()).doesNotContain("x");
    } catch (DockerfileException e) {
      assertThat(e.diagnostic().span()).isEqualTo(word.span());
    }
  }
}
