package dev.larder.engine.compose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

final class VariablesTest {
  private static final Place PLACE = new Place("compose.yaml", 1, 1);

  private final Variables variables = new Variables(Map.of("A", "1", "EMPTY", "", "B", "$A"));

  private String replaced(String text) throws ComposeException {
    return variables.replace(text, PLACE);
  }

  @Test
  void names_areReplacedOnce() throws ComposeException {
    assertThat(replaced("$A ${A} x${A}y $B")).isEqualTo("1 1 x1y $A");
  }

  @Test
  void twoDollars_areOne() throws ComposeException {
    assertThat(replaced("$$A $${A} 5$")).isEqualTo("$A ${A} 5$");
  }

  @Test
  void defaults_countWhereTheValueIsMissing() throws ComposeException {
    assertThat(replaced("${X:-d} ${EMPTY:-d} ${EMPTY-d} ${A:-d}")).isEqualTo("d d  1");
    assertThat(replaced("${A:+yes} ${EMPTY:+yes} ${EMPTY+yes} ${X+yes}")).isEqualTo("yes  yes ");
    assertThat(replaced("${X:-${Y:-$A}}")).isEqualTo("1");
  }

  @Test
  void unsetNames_areEmptyAndNoted() throws ComposeException {
    assertThat(replaced("[$X${Y}]")).isEqualTo("[]");
    assertThat(variables.unset()).containsExactly("X", "Y");
  }

  @Test
  void requiredNames_failWithTheirWords() {
    assertThatThrownBy(() -> replaced("${X:?set the password}"))
        .hasMessage("compose.yaml:1:1: variable X is not set: set the password");
  }

  @Test
  void malformedVariables_fail() {
    assertThatThrownBy(() -> replaced("${A")).hasMessageContaining("${ without }");
    assertThatThrownBy(() -> replaced("${}")).hasMessageContaining("not a variable");
    assertThatThrownBy(() -> replaced("$-")).hasMessageContaining("not a variable");
  }
}
