package dev.larder.engine.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Variables: V=value, E is empty, P=/a/b.tar.gz, S has spaces, U is not set. */
final class ExpanderTest {
  private static final Variables VARIABLES =
      Variables.of(
          Map.of("V", "value", "E", "", "P", "/a/b.tar.gz", "S", " one  two ", "STAR", "a*b?c"));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          plain              | plain
          $V                 | value
          ${V}s              | values
          $Vs                | ``
          a${U}b             | ab
          \\$V               | $V
          '$V'               | $V
          "$V's"             | value's
          "a\\"b\\c"         | a"b\\c
          'it'"s"            | its
          a\\ b              | a b
          ${U:-x}            | x
          ${E:-x}            | x
          ${E-x}             | ``
          ${U-x}             | x
          ${V:-x}            | value
          ${V:+x}            | x
          ${E:+x}            | ``
          ${E+x}             | x
          ${U+x}             | ``
          ${U:-${V:+${P}}}   | /a/b.tar.gz
          ${U:-"a } b"}      | a } b
          ${V?no}            | value
          ${V:?no}           | value
          ${E?no}            | ``
          ${P#*/}            | a/b.tar.gz
          ${P##*/}           | b.tar.gz
          ${P%.*}            | /a/b.tar
          ${P%%.*}           | /a/b
          ${P%/*}            | /a
          ${P#x}             | /a/b.tar.gz
          ${STAR#a\\*}       | b?c
          ${V%?}             | valu
          ${V/a/A}           | vAlue
          ${P//./-}          | /a/b-tar-gz
          ${P/\\/a/x}        | x/b.tar.gz
          ${V/a*/X}          | vX
          ${V//?/.}          | .....
          ${V/x/y}           | value
          ${V//e*/}          | valu
          $$                 | ``
          $1a                | a
          ${10}x             | x
          $.                 | $.
          a$                 | a$
          <<EOF              | <<EOF
          """)
  void word_isExpanded(String word, String expected) throws DockerfileException {
    assertThat(expand(word).text()).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          ${V            | syntax error: missing '}'
          ${             | syntax error: missing '}'
          ${}            | syntax error: bad substitution
          ${:x}          | syntax error: bad substitution
          ${V:-x         | syntax error: missing '}'
          ${V!x}         | unsupported modifier (!) in substitution
          ${V:x}         | unsupported modifier (:x) in substitution
          ${V:#x}        | unsupported modifier (:#) in substitution
          ${U?}          | U: is not allowed to be unset
          ${E:?}         | E: is not allowed to be empty
          ${U:?set $V}   | U: set value
          ${V/a}         | syntax error: missing '/' in ${}
          ${V/a/b        | syntax error: missing '}'
          ${V#\\a}       | invalid pattern (\\a) in substitution: invalid escape '\\a'
          'open          | unexpected end of statement while looking for matching single-quote
          "open          | unexpected end of statement while looking for matching double-quote
          """)
  void word_thatIsWrong_saysWhy(String word, String reason) {
    assertThatThrownBy(() -> expand(word))
        .isInstanceOf(DockerfileException.class)
        .hasMessage("failed to process " + Quoted.of(word) + ": " + reason);
  }

  @Test
  void words_arePartedWhereNotQuoted() throws DockerfileException {
    assertThat(expand("a  b$S\"$S\" c").words())
        .containsExactly("a", "b", "one", "two", " one  two ", "c");
    assertThat(expand("80 ${U:-443 8080}/tcp").words()).containsExactly("80", "443", "8080/tcp");
    assertThat(expand("a\\ b").words()).containsExactly("a b");
    assertThat(expand("x${V}y").words()).containsExactly("xvaluey");
  }

  @Test
  void variables_usedAndUndefined_areNamed() throws DockerfileException {
    Expansion expansion = expand("$V ${U:-$W} '$X' ${E:+$Y}");
    assertThat(expansion.used()).containsExactlyInAnyOrder("V", "E");
    assertThat(expansion.undefined()).containsExactlyInAnyOrder("U", "W", "Y");
  }

  @Test
  void escapeOfTheFile_isTheOneThatCounts() throws DockerfileException {
    assertThat(Expander.of('`').expand(word("C:\\x\\$V`$V"), VARIABLES).text())
        .isEqualTo("C:\\x\\value$V");
  }

  @Test
  void content_keepsQuotesAndExpandsInsideOfThem() throws DockerfileException {
    assertThat(Expander.forContent().expand(word("'$V' \"it's\" \\$V\n"), VARIABLES).text())
        .isEqualTo("'value' \"it's\" $V\n");
  }

  @Test
  void display_keepsQuotesAndWhatIsNotSet() throws DockerfileException {
    Expander display = Expander.of('\\').forDisplay();
    assertThat(display.expand(word("RUN echo \"$V\" '$V' $U ${U} ${U:-x}"), VARIABLES).text())
        .isEqualTo("RUN echo \"value\" '$V' $U ${U} ${U:-x}");
  }

  @Test
  void nesting_withoutEnd_isRefused() {
    assertThatThrownBy(() -> expand("${a:-".repeat(100_000)))
        .isInstanceOf(DockerfileException.class);
  }

  @Test
  void pattern_ofManyStars_isMatchedAtOnce() throws DockerfileException {
    Variables long1 = name -> "a".repeat(5_000);
    String pattern = "${x##" + "*a".repeat(50) + "b}";
    assertThat(Expander.of('\\').expand(word(pattern), long1).text()).hasSize(5_000);
  }

  private static Expansion expand(String text) throws DockerfileException {
    return Expander.of('\\').expand(word(text), VARIABLES);
  }

  private static Word word(String text) {
    return new Word(new Span(0, text.length()), text);
  }
}
