package dev.larder.engine.exec;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.junit.jupiter.api.Test;

final class BundleTest {
  private static JsonObject config(Network network, ContainerSpec.Confinement confinement)
      throws IOException {
    ContainerSpec spec =
        new ContainerSpec(
            Path.of("/root-of-it"),
            List.of("a", "b"),
            new LinkedHashMap<>(),
            "/srv",
            new UserIds(5, 6, List.of(6, 7), "/home/x"),
            "box",
            network,
            confinement,
            "",
            "",
            List.of(
                new ContainerSpec.Rlimit("nofile", 5, 7), new ContainerSpec.Rlimit("core", -1, -1)),
            List.of());
    return Bundle.config(Path.of("/bundle"), spec, "amd64");
  }

  private static List<String> strings(JsonElement array) {
    List<String> strings = new ArrayList<>();
    array.getAsJsonArray().forEach(e -> strings.add(e.getAsString()));
    return strings;
  }

  private static List<String> namespaces(JsonObject config) {
    List<String> types = new ArrayList<>();
    config
        .getAsJsonObject("linux")
        .getAsJsonArray("namespaces")
        .forEach(n -> types.add(n.getAsJsonObject().get("type").getAsString()));
    return types;
  }

  @Test
  void process_hasWhatTheSpecSays() throws IOException {
    JsonObject process =
        config(new Network.Host(), ContainerSpec.Confinement.SANDBOX).getAsJsonObject("process");
    assertThat(strings(process.get("args"))).containsExactly("a", "b");
    assertThat(strings(process.get("env")))
        .containsExactly("PATH=" + ContainerSpec.DEFAULT_PATH, "HOME=/home/x");
    assertThat(process.get("cwd").getAsString()).isEqualTo("/srv");
    assertThat(strings(process.getAsJsonObject("user").get("additionalGids")))
        .containsExactly("6", "7");
    assertThat(process.get("rlimits").toString())
        .isEqualTo(
            "[{\"type\":\"RLIMIT_NOFILE\",\"soft\":5,\"hard\":7},"
                + "{\"type\":\"RLIMIT_CORE\",\"soft\":18446744073709551615,"
                + "\"hard\":18446744073709551615}]");
    assertThat(strings(process.getAsJsonObject("capabilities").get("bounding"))).hasSize(14);
  }

  @Test
  void network_decidesTheNamespace() throws IOException {
    assertThat(namespaces(config(new Network.Host(), ContainerSpec.Confinement.SANDBOX)))
        .containsExactly("pid", "ipc", "uts", "mount", "cgroup");
    assertThat(namespaces(config(new Network.None(), ContainerSpec.Confinement.SANDBOX)))
        .contains("network");
    JsonObject at =
        config(new Network.At(Path.of("/run/net/x")), ContainerSpec.Confinement.SANDBOX);
    assertThat(at.getAsJsonObject("linux").get("namespaces").toString())
        .contains("{\"type\":\"network\",\"path\":\"/run/net/x\"}");
  }

  @Test
  void insecure_hasNoFilterAndNoMasks() throws IOException {
    JsonObject linux =
        config(new Network.Host(), ContainerSpec.Confinement.INSECURE).getAsJsonObject("linux");
    assertThat(linux.keySet()).containsExactly("namespaces");
  }

  @Test
  void filter_hasDockersSpecialCases() throws IOException {
    JsonObject filter =
        config(new Network.Host(), ContainerSpec.Confinement.SANDBOX)
            .getAsJsonObject("linux")
            .getAsJsonObject("seccomp");
    assertThat(filter.get("defaultAction").getAsString()).isEqualTo("SCMP_ACT_ERRNO");
    List<String> names = new ArrayList<>();
    filter
        .getAsJsonArray("syscalls")
        .forEach(rule -> names.addAll(strings(rule.getAsJsonObject().get("names"))));
    assertThat(names)
        .contains("openat2", "ptrace", "chroot", "socket", "personality", "clone", "clone3")
        .doesNotContain("mount", "unshare", "setns", "bpf", "keyctl", "add_key", "io_uring_setup");
    assertThat(filter.toString())
        .contains("\"value\":2114060288,\"valueTwo\":0,\"op\":\"SCMP_CMP_MASKED_EQ\"")
        .contains("[\"clone3\"],\"action\":\"SCMP_ACT_ERRNO\",\"errnoRet\":38");
  }

  @Test
  void hostsFile_hasExtraNames() {
    assertThat(
            HostsFile.of(
                "box",
                "10.1.0.1",
                List.of(new HostsFile.ExtraHost("a", "1.2.3.4"), new HostsFile.ExtraHost("b", ""))))
        .isEqualTo(
            """
            127.0.0.1\tlocalhost box
            ::1\tlocalhost ip6-localhost ip6-loopback
            1.2.3.4\ta
            10.1.0.1\tb
            """);
  }

  @Test
  void pieces_mayEndWithinACharacter() {
    byte[] bytes = "aß€😀b".getBytes(StandardCharsets.UTF_8);
    for (int size = 1; size < bytes.length; size++) {
      Utf8Pieces pieces = new Utf8Pieces();
      StringBuilder text = new StringBuilder();
      for (int at = 0; at < bytes.length; at += size) {
        byte[] piece = java.util.Arrays.copyOfRange(bytes, at, Math.min(at + size, bytes.length));
        text.append(pieces.add(piece, piece.length));
      }
      assertThat(text.append(pieces.end())).as("pieces of %d", size).hasToString("aß€😀b");
    }
    Utf8Pieces broken = new Utf8Pieces();
    assertThat(broken.add(new byte[] {'x', (byte) 0xFF, (byte) 0xE2}, 3) + broken.end())
        .isEqualTo("x\uFFFD\uFFFD");
  }
}
