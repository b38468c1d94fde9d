package dev.larder.engine.compose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import java.util.Map;
import org.junit.jupiter.api.Test;

final class EnvFileTest {
  @Test
  void values_areReadWithTheirQuotes() throws ComposeException {
    String text =
        """
        # a comment
        PLAIN=a b  # said
        export EXPORTED = x

        SINGLE='$PLAIN # kept'
        DOUBLE="line\\nnext $EXPORTED"
        HASH=a#b
        EMPTY=
        FROM_OUTSIDE
        NOWHERE
        LONG="two
        lines"
        LAST=${PLAIN:-x}
        """;
    assertThat(EnvFile.parse(".env", text, Map.of("FROM_OUTSIDE", "o", "EXPORTED", "won")))
        .containsExactly(
            entry("PLAIN", "a b"),
            entry("EXPORTED", "x"),
            entry("SINGLE", "$PLAIN # kept"),
            entry("DOUBLE", "line\nnext won"),
            entry("HASH", "a#b"),
            entry("EMPTY", ""),
            entry("FROM_OUTSIDE", "o"),
            entry("LONG", "two\nlines"),
            entry("LAST", "a b"));
  }

  @Test
  void errors_nameTheirPlace() {
    assertThatThrownBy(() -> EnvFile.parse(".env", "A=1\nB='x\n", Map.of()))
        .hasMessage(".env:2:1: ' without its end");
    assertThatThrownBy(() -> EnvFile.parse(".env", "some words\n", Map.of()))
        .hasMessage(".env:1:1: not a variable: \"some words\"");
  }
}
