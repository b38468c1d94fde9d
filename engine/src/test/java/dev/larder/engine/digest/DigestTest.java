package dev.larder.engine.digest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;

final class DigestTest {
  /** The empty message's SHA-256, from FIPS 180-4's test vectors. */
  private static final String EMPTY =
      "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

  @Test
  void of_isSha256_forBytesTextAndStreams() throws IOException {
    assertThat(Digest.of(new byte[0])).hasToString(EMPTY);
    assertThat(Digest.ofText("abc").hex())
        .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    byte[] large = "x".repeat(200_000).getBytes(StandardCharsets.US_ASCII);
    assertThat(Digest.of(new ByteArrayInputStream(large))).isEqualTo(Digest.of(large));
  }

  @Test
  void parse_invertsToString() {
    assertThat(Digest.parse(EMPTY)).hasToString(EMPTY);
  }

  @Test
  void parse_refuses_otherForms() {
    for (String bad :
        List.of(
            "",
            "sha256:",
            "sha512:" + "0".repeat(64),
            EMPTY.toUpperCase(Locale.ROOT),
            "sha256:" + "g".repeat(64))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Digest.parse(bad))
          .withMessageContaining(bad.substring(bad.indexOf(':') + 1));
    }
  }

  @Test
  void fingerprint_differs_whereFieldsCouldRunTogether() {
    assertThat(Fingerprint.of("k").add("a", "bc").digest())
        .isNotEqualTo(Fingerprint.of("k").add("ab", "c").digest());
    assertThat(Fingerprint.of("k").addAll("l", List.of("a", "b")).digest())
        .isNotEqualTo(Fingerprint.of("k").addAll("l", List.of("a")).add("b", "").digest());
    assertThat(Fingerprint.of("k").addAll("l", List.of("ab")).digest())
        .isNotEqualTo(Fingerprint.of("k").addAll("l", List.of("a", "b")).digest());
    assertThat(Fingerprint.of("k/1").digest()).isNotEqualTo(Fingerprint.of("k/2").digest());
    assertThat(Fingerprint.of("k").add("n", 1).digest())
        .isNotEqualTo(Fingerprint.of("k").add("n", "1").digest());
  }

  @Test
  void fingerprint_isTheSame_forTheSameFields() {
    SequencedMap<String, String> map = new LinkedHashMap<>();
    map.put("A", "1");
    map.put("B", "2");
    assertThat(Fingerprint.of("k").addAll("m", map).add("t", true).digest())
        .isEqualTo(
            Fingerprint.of("k").addAll("m", new LinkedHashMap<>(map)).add("t", true).digest());
  }
}
