package dev.larder.engine.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class TextDiffTest {
  @Test
  void change_isShownWithItsSurroundings() {
    assertThat(TextDiff.of("a\nb\nc\nd\ne\nf\n", "a\nb\nc\nd\nE\nf"))
        .containsExactly(
            "@@ -2,5 +2,5 @@",
            " b",
            " c",
            " d",
            "-e",
            "-f",
            "+E",
            "+f",
            "\\ No newline at end of file");
    assertThat(TextDiff.of("", "new\n")).containsExactly("@@ -0,0 +1 @@", "+new");
    assertThat(TextDiff.of("same\n", "same\n")).isEmpty();
    assertThat(TextDiff.of("a\r\n", "a\n")).containsExactly("@@ -1 +1 @@", "-a\r", "+a");
  }

  /** Each difference, followed to the letter, makes the later text of the earlier. */
  @Test
  void everyDiff_leadsFromOneTextToTheOther() {
    Random random = new Random(3);
    for (int round = 0; round < 300; round++) {
      String before = text(random, List.of());
      String after = text(random, List.of(before.split("(?<=\n)")));
      assertThat(patched(before, TextDiff.of(before, after))).isEqualTo(after);
    }
  }

  private static String patched(String before, List<String> diff) {
    List<String> old = List.of(before.split("(?<=\n)"));
    StringBuilder out = new StringBuilder();
    int at = 0;
    for (String line : diff) {
      if (line.startsWith("@@")) {
        String[] range = line.split("[ ,+-]+");
        int from = Integer.parseInt(range[1]) - (line.matches("@@ -\\d+,0 .*") ? 0 : 1);
        out.append(String.join("", old.subList(at, from)));
        at = from;
      } else if (line.startsWith("+")) {
        out.append(line.substring(1)).append('\n');
      } else {
        assertThat(line.substring(1) + "\n").isEqualTo(old.get(at++));
        out.append(line.startsWith(" ") ? old.get(at - 1) : "");
      }
    }
    return out.append(String.join("", old.subList(at, old.size()))).toString();
  }

  private static String text(Random random, List<String> of) {
    List<String> lines = new ArrayList<>(of);
    if (lines.isEmpty()) {
      for (int i = random.nextInt(40); i >= 0; i--) {
        lines.add("line " + random.nextInt(9) + "\n");
      }
    }
    for (int i = random.nextInt(6); i > 0 && !of.isEmpty(); i--) {
      int at = random.nextInt(lines.size());
      switch (random.nextInt(3)) {
        case 0 -> lines.set(at, "other " + i + "\n");
        case 1 -> lines.add(at, "more " + i + "\n");
        default -> lines.set(at, "");
      }
    }
    return String.join("", lines);
  }

  @Test
  void keysAndPasswords_areNeverShown() {
    for (String path :
        List.of(
            ".env",
            "app/.env.production",
            "prod.env",
            "id_rsa",
            "certs/server.key",
            "a/x.pem",
            ".npmrc",
            "my-secrets.yaml",
            "db_password.txt",
            ".aws/config",
            "settings.xml",
            "auth.json",
            "secrets/a.txt",
            "API_TOKEN")) {
      assertThat(Confidential.isName(path)).as(path).isTrue();
    }
    for (String path :
        List.of("src/app.js", "requirements.txt", "environment.yml", "keyboard.c", "Makefile")) {
      assertThat(Confidential.isName(path)).as(path).isFalse();
    }
    assertThat(Confidential.isText("-----BEGIN RSA PRIVATE KEY-----\n")).isTrue();
  }
}
