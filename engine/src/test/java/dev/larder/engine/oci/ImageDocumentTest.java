package dev.larder.engine.oci;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.engine.digest.Digest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Random;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ImageDocumentTest {
  private static final Digest ONE = Digest.ofText("1");
  private static final Digest TWO = Digest.ofText("2");
  private static final Platform ARM = Platform.of("linux", "arm", "v7");

  @Test
  void manifest_isWrittenAsGoIndentsIt() throws Exception {
    SequencedMap<String, String> annotations = new LinkedHashMap<>();
    annotations.put("z", "a<b>&\u2028ü");
    annotations.put("b", "2");
    Manifest manifest =
        new Manifest(
            MediaType.OCI_MANIFEST,
            Descriptor.of(MediaType.OCI_CONFIG, ONE, 1),
            List.of(Descriptor.of(MediaType.OCI_LAYER_GZIP, TWO, 2)),
            annotations,
            null,
            null);
    String expected =
        """
        {
          "schemaVersion": 2,
          "mediaType": "application/vnd.oci.image.manifest.v1+json",
          "config": {
            "mediaType": "application/vnd.oci.image.config.v1+json",
            "digest": "%s",
            "size": 1
          },
          "layers": [
            {
              "mediaType": "application/vnd.oci.image.layer.v1.tar+gzip",
              "digest": "%s",
              "size": 2
            }
          ],
          "annotations": {
            "b": "2",
            "z": "a\\u003cb\\u003e\\u0026\\u2028ü"
          }
        }"""
            .formatted(ONE, TWO);
    assertThat(new String(manifest.toBytes(), UTF_8)).isEqualTo(expected);
    assertThat(Manifest.parse("m", manifest.toBytes())).isEqualTo(manifest);
    assertThat(
            new String(
                Manifest.of(MediaType.OCI_MANIFEST, manifest.config(), List.of()).toBytes(), UTF_8))
        .contains("\"layers\": []");
  }

  @Test
  void index_roundTripsAndSelects() throws Exception {
    Descriptor arm = Descriptor.of(MediaType.OCI_MANIFEST, ONE, 1).withPlatform(ARM);
    Descriptor amd =
        Descriptor.of(MediaType.OCI_MANIFEST, TWO, 2).withPlatform(Platform.of("linux", "amd64"));
    Descriptor attestation =
        Descriptor.of(MediaType.OCI_MANIFEST, TWO, 3)
            .withPlatform(Platform.of("unknown", "unknown"));
    Index index = Index.of(MediaType.OCI_INDEX, List.of(attestation, arm, amd));
    Index read = Index.parse("i", index.toBytes());
    assertThat(read).isEqualTo(index);
    assertThat(read.select(Platform.of("linux", "amd64"))).contains(amd);
    assertThat(read.select(Platform.of("linux", "arm64"))).contains(arm);
    assertThat(read.select(Platform.of("linux", "s390x"))).isEmpty();
    assertThat(read.platforms()).containsExactly(ARM, Platform.of("linux", "amd64"));
  }

  @Test
  void index_selectsTheBest_notTheFirst() {
    Descriptor v6 =
        Descriptor.of(MediaType.OCI_MANIFEST, ONE, 1)
            .withPlatform(Platform.of("linux", "arm", "v6"));
    Descriptor v7 = Descriptor.of(MediaType.OCI_MANIFEST, TWO, 2).withPlatform(ARM);
    assertThat(Index.of(MediaType.OCI_INDEX, List.of(v6, v7)).select(ARM)).contains(v7);
    assertThat(Index.of(MediaType.OCI_INDEX, List.of(v6)).select(ARM)).contains(v6);
  }

  @Test
  void parse_readsDockersDocuments() throws Exception {
    byte[] oci =
        Manifest.of(
                MediaType.DOCKER_MANIFEST,
                Descriptor.of(MediaType.DOCKER_CONFIG, ONE, 1),
                List.of())
            .toBytes();
    String manifest = new String(oci, UTF_8).replace("\n", "\n\t"); // their white space differs
    ImageDocument read = ImageDocument.parse("m", manifest.getBytes(UTF_8), null);
    assertThat(read).isInstanceOf(Manifest.class);
    assertThat(read.mediaType()).isEqualTo(MediaType.DOCKER_MANIFEST);
    assertThat(read.mediaType().oci()).isEqualTo(MediaType.OCI_MANIFEST);
    ImageDocument list =
        ImageDocument.parse(
            "l", "{\"schemaVersion\":2,\"manifests\":[]}".getBytes(UTF_8), MediaType.DOCKER_INDEX);
    assertThat(list.mediaType()).isEqualTo(MediaType.DOCKER_INDEX);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "[]|expected a JSON object, found a list",
        "{|not JSON: ",
        "{} x|",
        "{\"schemaVersion\":1}|schema 1 are not supported",
        "{}|schemaVersion: expected 2, found 0",
        "{\"schemaVersion\":\"2\"}|schemaVersion: expected a whole number, found \"2\"",
        "{\"schemaVersion\":2}|manifests: missing",
        "{\"schemaVersion\":2,\"manifests\":{}}|manifests: expected a list, found an object",
        "{\"schemaVersion\":2,\"manifests\":[],\"layers\":[]}|stands beside",
        "{\"schemaVersion\":2,\"manifests\":[1]}|manifests[0]: expected an object, found 1",
        "{\"schemaVersion\":2,\"manifests\":[{}]}|manifests[0].size: missing",
        "{\"schemaVersion\":2,\"layers\":[]}|config: missing",
        "{\"schemaVersion\":2,\"config\":{\"size\":-1}}|config.size: negative: -1",
        "{\"schemaVersion\":2,\"config\":{\"size\":1e99999999}}|config.size: expected a whole number",
        "{\"schemaVersion\":2,\"config\":{\"size\":1,\"digest\":\"sha256:x\"}}|config.digest: not a",
        "{\"schemaVersion\":2,\"mediaType\":5}|mediaType: expected a text, found 5"
      })
  void parse_namesDocumentAndMember(String text, String reason) {
    assertThatThrownBy(() -> ImageDocument.parse("doc", text.getBytes(UTF_8), null))
        .isInstanceOf(MalformedDocumentException.class)
        .hasMessageStartingWith("read doc: ")
        .hasMessageContaining(reason == null ? "" : reason);
  }

  @Test
  void parse_refusesDeepNesting() {
    String deep = "{\"a\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}";
    assertThatThrownBy(() -> Members.parse("doc", deep.getBytes(UTF_8)))
        .isInstanceOf(MalformedDocumentException.class);
  }

  @Test
  void parse_throwsNothingElse_onDamagedBytes() {
    byte[] good =
        Index.of(
                MediaType.OCI_INDEX,
                List.of(Descriptor.of(MediaType.OCI_MANIFEST, ONE, 1).withPlatform(ARM)))
            .toBytes();
    Random random = new Random(1);
    int refused = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] bad = good.clone();
      for (int n = random.nextInt(4); n >= 0; n--) {
        bad[random.nextInt(bad.length)] = (byte) random.nextInt(256);
      }
      try {
        ImageDocument.parse("doc", bad, null).toBytes();
      } catch (MalformedDocumentException e) {
        refused++;
      }
    }
    assertThat(refused).isPositive();
  }
}
