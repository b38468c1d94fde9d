package dev.larder.engine.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class ModeChangeTest {
  /** Mode, permissions of a file before and after, of a folder with 0755 after: as chmod(1). */
  private static final String TABLE =
      """
      755          0644 0755 0755
      0            0644 0000 0000
      4711         0644 4711 4711
      u+x          0644 0744 0755
      +x           0644 0755 0755
      a-r          0644 0200 0311
      go=          0644 0600 0700
      u=rwX,go=rX  0600 0644 0755
      u=rwX,go=rX  0700 0755 0755
      +X           0644 0644 0755
      g=u          0640 0660 0775
      g=u          2750 2770 0775
      o=g-w        0664 0664 0755
      ug+s         0644 6644 6755
      o+s          0644 0644 0755
      -X           0754 0644 0644
      +t           0644 1644 1755
      u=rw,g=r,o=  0777 0640 0640
      a=rwx        0000 0777 0777
      u+rw-x       0100 0600 0655
      """;

  @Test
  void change_isThatOfChmod() {
    for (String line : TABLE.lines().toList()) {
      String[] cell = line.split(" +");
      ModeChange change = ModeChange.parse(cell[0]);
      int before = Integer.parseInt(cell[1], 8);
      assertThat("%04o".formatted(change.apply(before, false))).as(line).isEqualTo(cell[2]);
      assertThat("%04o".formatted(change.apply(0755, true))).as(line).isEqualTo(cell[3]);
    }
  }

  @Test
  void nonsense_isRefusedAndQuoted() {
    for (String text : new String[] {"", "888", "17777", "u", "rwx", "u+y", "u=rw,", "u~x"}) {
      assertThatThrownBy(() -> ModeChange.parse(text))
          .as(text)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("\"" + text + "\"");
    }
  }
}
