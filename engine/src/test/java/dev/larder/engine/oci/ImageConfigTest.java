package dev.larder.engine.oci;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.engine.digest.Digest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ImageConfigTest {
  private static final Digest LAYER = Digest.ofText("layer");
  private static final Instant TIME = Instant.parse("2026-01-02T03:04:05.120Z");

  @Test
  void scratch_isBuildKitsEmptyImage() {
    assertThat(text(ImageConfig.scratch(Platform.of("linux", "amd64"))))
        .isEqualTo(
            "{\"architecture\":\"amd64\",\"config\":{\"Env\":[\"PATH=/usr/local/sbin:/usr/local/bin:"
                + "/usr/sbin:/usr/bin:/sbin:/bin\"],\"WorkingDir\":\"/\"},\"os\":\"linux\","
                + "\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[]}}");
  }

  @Test
  void toBytes_writesMembersInBuildKitsOrder() {
    ImageConfig config =
        ImageConfig.scratch(Platform.of("linux", "arm64", "v8"))
            .withShell(List.of("/bin/sh", "-c"))
            .withOnBuild(List.of("RUN x"))
            .withHealthcheck(
                new Healthcheck(
                    List.of("CMD", "a"),
                    Duration.ofSeconds(1),
                    Duration.ZERO,
                    Duration.ZERO,
                    Duration.ofMillis(5),
                    3))
            .withArgsEscaped(true)
            .withStopSignal("SIGINT")
            .withLabels(Map.of("b", "<2>", "a", "1"))
            .withWorkingDir("/w")
            .withVolumes(List.of("/v2", "/v1"))
            .withCmd(List.of("c"))
            .withEntrypoint(List.of("e"))
            .withEnv(List.of("A=1"))
            .withExposedPorts(List.of("80/tcp"))
            .withUser("u")
            .withAuthor("me")
            .plusLayer(LAYER, new HistoryEntry(TIME, "RUN a && b", "", "c", false))
            .plusHistory(new HistoryEntry(null, "CMD", "", "", true))
            .withCreated(TIME);
    assertThat(text(config))
        .isEqualTo(
            "{\"architecture\":\"arm64\",\"author\":\"me\",\"config\":{\"User\":\"u\","
                + "\"ExposedPorts\":{\"80/tcp\":{}},\"Env\":[\"A=1\"],\"Entrypoint\":[\"e\"],"
                + "\"Cmd\":[\"c\"],\"Volumes\":{\"/v1\":{},\"/v2\":{}},\"WorkingDir\":\"/w\","
                + "\"Labels\":{\"a\":\"1\",\"b\":\"\\u003c2\\u003e\"},\"StopSignal\":\"SIGINT\","
                + "\"ArgsEscaped\":true,\"Healthcheck\":{\"Test\":[\"CMD\",\"a\"],"
                + "\"Interval\":1000000000,\"StartInterval\":5000000,\"Retries\":3},"
                + "\"OnBuild\":[\"RUN x\"],\"Shell\":[\"/bin/sh\",\"-c\"]},"
                + "\"created\":\"2026-01-02T03:04:05.12Z\",\"history\":[{\"created\":"
                + "\"2026-01-02T03:04:05.12Z\",\"created_by\":\"RUN a \\u0026\\u0026 b\","
                + "\"comment\":\"c\"},{\"created_by\":\"CMD\",\"empty_layer\":true}],"
                + "\"os\":\"linux\",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\""
                + LAYER
                + "\"]},\"variant\":\"v8\"}");
  }

  @Test
  void accessors_readWhatWasWritten() throws Exception {
    Healthcheck check =
        new Healthcheck(
            List.of("CMD-SHELL", "x"),
            Duration.ofSeconds(3),
            Duration.ofSeconds(2),
            Duration.ofSeconds(1),
            Duration.ZERO,
            4);
    ImageConfig written =
        ImageConfig.scratch(Platform.of("linux", "amd64"))
            .withHealthcheck(check)
            .withExposedPorts(List.of("1/udp"))
            .plusLayer(LAYER, new HistoryEntry(TIME, "b", "a", "c", false))
            .withCreated(TIME);
    ImageConfig read = ImageConfig.parse("config", written.toBytes());
    assertThat(read).isEqualTo(written).hasSameHashCodeAs(written);
    assertThat(read.digest()).isEqualTo(written.digest());
    assertThat(read.healthcheck()).contains(check);
    assertThat(read.exposedPorts()).containsExactly("1/udp");
    assertThat(read.diffIds()).containsExactly(LAYER);
    assertThat(read.history()).containsExactly(new HistoryEntry(TIME, "b", "a", "c", false));
    assertThat(read.created()).contains(TIME);
    assertThat(read.platform()).isEqualTo(Platform.of("linux", "amd64"));
    assertThat(read.envByName()).containsEntry("PATH", ImageConfig.DEFAULT_PATH);
  }

  @Test
  void with_givesAnotherValue_andKeepsUnknownMembers() throws Exception {
    ImageConfig base =
        parse(
            "{\"x.vendor\":{\"deep\":[1.50,null]},\"os\":\"linux\",\"architecture\":\"amd64\","
                + "\"config\":{\"Hostname\":\"h\",\"Cmd\":null,\"Env\":[\"A=1\",\"B=2\"],"
                + "\"Memory\":0,\"Labels\":{}},\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[]},"
                + "\"history\":[{\"created\":\"2020-01-01T00:00:00.1+02:00\",\"odd\":1}]}");
    ImageConfig changed = base.withEnv("A", "3").withUser("u").withUser("");
    assertThat(base.env()).containsExactly("A=1", "B=2");
    assertThat(text(changed))
        .isEqualTo(
            "{\"architecture\":\"amd64\",\"config\":{\"Env\":[\"A=3\",\"B=2\"],\"Hostname\":\"h\","
                + "\"Memory\":0},\"history\":[{\"created\":\"2020-01-01T00:00:00.1+02:00\","
                + "\"odd\":1}],\"os\":\"linux\",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[]},"
                + "\"x.vendor\":{\"deep\":[1.50,null]}}");
  }

  @Test
  void with_empty_leavesTheMemberOut() {
    ImageConfig config =
        ImageConfig.scratch(Platform.of("linux", "amd64"))
            .withCmd(List.of("a"))
            .withLabels(Map.of("a", "b"));
    assertThat(text(config.withCmd(List.of()).withLabels(Map.of())))
        .doesNotContain("Cmd")
        .doesNotContain("Labels");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"os\":1}",
        "{\"created\":\"yesterday\"}",
        "{\"rootfs\":[]}",
        "{\"history\":{}}",
        "{\"rootfs\":{\"diff_ids\":[\"sha512:ab\"]}}",
        "{\"config\":\"x\"}",
        "{\"config\":{\"Env\":\"A=1\"}}",
        "{\"config\":{\"Env\":[null]}}",
        "{\"config\":{\"Labels\":{\"a\":1}}}",
        "{\"config\":{\"ExposedPorts\":[\"80\"]}}",
        "{\"config\":{\"Healthcheck\":{\"Retries\":99999999999}}}",
        "{\"config\":{\"ArgsEscaped\":\"yes\"}}",
        "{\"history\":[{\"empty_layer\":0}]}"
      })
  void parse_refusesWrongTypes(String text) {
    assertThatThrownBy(() -> parse(text))
        .isInstanceOf(MalformedDocumentException.class)
        .hasMessageStartingWith("read config of x: ");
  }

  private static ImageConfig parse(String text) throws MalformedDocumentException {
    return ImageConfig.parse("config of x", text.getBytes(UTF_8));
  }

  private static String text(ImageConfig config) {
    return new String(config.toBytes(), UTF_8);
  }
}
