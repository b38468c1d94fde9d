package dev.larder.engine.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

final class SourceTest {
  @Test
  void position_countsCharactersAsPeopleDo() {
    Source source = new Source("Dockerfile", "\uFEFFa\n\té😀x\n");
    assertThat(source.position(1)).isEqualTo(new Source.Position(1, 1));
    assertThat(source.position(source.text().indexOf('x'))).isEqualTo(new Source.Position(2, 4));
    assertThat(source.position(source.text().length())).isEqualTo(new Source.Position(3, 1));
  }

  @Test
  void bytes_thatAreNoUtf8_comeBack() {
    byte[] bytes = {
      (byte) 0xC3, (byte) 0xA9, (byte) 0xFF, 'a', (byte) 0xED, (byte) 0xA0, (byte) 0x80, (byte) 0xE2
    };
    Source source = Source.decode("Dockerfile", bytes);
    assertThat(source.text()).startsWith("é");
    assertThat(source.bytes()).isEqualTo(bytes);
  }

  @Test
  void edits_changeTheirSpansOnly() {
    List<Edit> edits =
        List.of(
            new Edit(new Span(4, 7), "X"),
            new Edit(new Span(0, 0), ">"),
            new Edit(new Span(7, 7), "!"));
    assertThat(Edit.apply("one two three", edits)).isEqualTo(">one X! three");
  }

  @Test
  void edits_thatOverlap_areRefused() {
    List<Edit> edits = List.of(new Edit(new Span(0, 3), ""), new Edit(new Span(2, 4), ""));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Edit.apply("abcdef", edits))
        .withMessage("edits overlap at offset 2");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Edit.apply("ab", List.of(new Edit(new Span(1, 3), ""))));
  }

  @Test
  void excerpt_marksWordsBehindTabs() {
    Source source = new Source("Dockerfile", "FROM a\n\tCOPY\t--chwon=1 a b\n");
    int at = source.text().indexOf("--chwon");
    Diagnostic diagnostic =
        Diagnostic.error(new Span(at, at + 7), "unknown flag: --chwon", "did you mean --chown?");
    assertThat(diagnostic.render(source))
        .isEqualTo(
            """
            Dockerfile:2:7: unknown flag: --chwon (did you mean --chown?)
               1 | FROM a
               2 |     COPY    --chwon=1 a b
                 |             ^^^^^^^
            """);
  }

  @Test
  void excerpt_ofSeveralLines_marksEachWithoutItsIndentation() {
    Source source = new Source("Dockerfile", "RUN a \\\n    b\nCMD c\n");
    assertThat(Diagnostic.error(new Span(4, 13), "x").render(source))
        .isEqualTo(
            """
            Dockerfile:1:5: x
               1 | RUN a \\
                 |     ^^^
               2 |     b
                 |     ^
               3 | CMD c
            """);
  }

  @Test
  void excerpt_ofALongLine_showsWhatIsMarked() {
    String line = "RUN " + "x".repeat(500) + " HERE " + "y".repeat(500);
    Source source = new Source("Dockerfile", line);
    int at = line.indexOf("HERE");
    String rendered = Diagnostic.error(new Span(at, at + 4), "x").render(source);
    assertThat(rendered.lines()).allSatisfy(l -> assertThat(l).hasSizeLessThan(180));
    List<String> lines = rendered.lines().toList();
    assertThat(lines.get(1).indexOf("HERE")).isEqualTo(lines.get(2).indexOf("^^^^"));
  }

  @Test
  void excerpt_passesNoControlCharactersOn() {
    Source source = new Source("Dockerfile", "RUN\u001b[31m \u202E\n");
    assertThat(Diagnostic.error(new Span(0, 6), "bad \u001b[0m").render(source))
        .doesNotContain("\u001b")
        .doesNotContain("\u202E");
  }
}
