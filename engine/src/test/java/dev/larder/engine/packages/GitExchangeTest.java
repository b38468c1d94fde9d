package dev.larder.engine.packages;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class GitExchangeTest {
  private static final String WANT = "command=fetch 0032want 0123456789 0009done\n0000";
  private static final String OBJECTS =
      packet("packfile\n") + packet("\2counting") + packet("\1PACK");

  @Test
  void objects_areGoodForEver() {
    assertThat(kind(WANT, OBJECTS + "0000")).contains(Variant.Kind.PACKAGE);
    // The first version of the protocol, and sections before the objects.
    assertThat(kind("0032want 01", packet("NAK\n") + packet("\1PACK") + "0000"))
        .contains(Variant.Kind.PACKAGE);
    assertThat(kind(WANT, packet("shallow-info\n") + "0001" + OBJECTS + "0000"))
        .contains(Variant.Kind.PACKAGE);
  }

  @Test
  void whatMovesWithABranch_isForOfflineUse() {
    String answer = OBJECTS + "0000";
    for (String request :
        new String[] {
          "command=ls-refs", WANT + "want-ref refs/heads/main", WANT + "deepen-not v1"
        }) {
      assertThat(kind(request, answer)).as(request).contains(Variant.Kind.OFFLINE_ONLY);
    }
    assertThat(kind(WANT, packet("acknowledgments\n") + packet("NAK\n") + "0000"))
        .contains(Variant.Kind.OFFLINE_ONLY);
  }

  @Test
  void errorsAndWhatHasNoEnd_areNotKept() {
    for (String answer :
        new String[] {
          "",
          OBJECTS,
          OBJECTS + "00",
          packet("ERR upload-pack: not our ref"),
          packet("ERR no") + "0000",
          OBJECTS + packet("\3fatal: out of memory") + "0000",
          OBJECTS + "0000PACK",
          "<html>",
          "0003",
          "-001"
        }) {
      assertThat(kind(WANT, answer)).as(answer).isEmpty();
    }
  }

  private static String packet(String text) {
    return String.format("%04x", text.length() + 4) + text;
  }

  /** The same, however the answer is cut into pieces. */
  private static Optional<Variant.Kind> kind(String request, String answer) {
    byte[] bytes = answer.getBytes(StandardCharsets.ISO_8859_1);
    GitExchange whole = exchange(request);
    whole.saw(bytes, bytes.length);
    GitExchange single = exchange(request);
    for (byte each : bytes) {
      single.saw(new byte[] {each}, 1);
    }
    assertThat(single.kind()).isEqualTo(whole.kind());
    return whole.kind();
  }

  private static GitExchange exchange(String request) {
    return GitExchange.of(request.getBytes(StandardCharsets.ISO_8859_1));
  }
}
