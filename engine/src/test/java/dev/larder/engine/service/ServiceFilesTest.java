package dev.larder.engine.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ServiceFilesTest {
  @TempDir private Path home;

  private static ServiceSpec full() {
    return new ServiceSpec(
        "p",
        "web",
        "p-web-1",
        "image:1",
        "sha256:x",
        List.of("a", "b"),
        List.of("run", "me"),
        new LinkedHashMap<>(Map.of("A", "=1")),
        "/app",
        "web:web",
        "host",
        Network.HOST,
        List.of("www"),
        new LinkedHashMap<>(Map.of("h", "host-gateway")),
        List.of(new Port("127.0.0.1", 8080, 80)),
        List.of(
            new Mount.Volume("v", "/v", false, true),
            new Mount.Bind(Path.of("/src"), "/dst", true, false),
            new Mount.Tmpfs("/t", OptionalLong.of(5), OptionalInt.of(0700)),
            new Mount.Tmpfs("/u", OptionalLong.empty(), OptionalInt.empty())),
        Optional.of(
            new HealthCheck(
                List.of("sh", "-c", "x"),
                Duration.ofSeconds(1),
                Duration.ofSeconds(2),
                Duration.ofSeconds(3),
                Duration.ofSeconds(4),
                5)),
        new RestartPolicy(RestartPolicy.Kind.ON_FAILURE, 3),
        9,
        Duration.ofMillis(1500),
        OptionalLong.of(1 << 20),
        true,
        new LinkedHashMap<>(Map.of("l", "v")));
  }

  @Test
  void containerThatAServiceMayGoBackTo_isAmongAll() throws Exception {
    ServiceFolder folder = new ServiceFolder(home, "p", "web");
    Files.createDirectories(folder.previous());
    folder.write(full());
    assertThat(ServiceSpec.all(home)).hasSize(1);

    Files.copy(folder.file("spec.json"), folder.previous().resolve("spec.json"));

    assertThat(ServiceSpec.all(home)).hasSize(2).allMatch(spec -> spec.service().equals("web"));
  }

  @Test
  void spec_isReadAsItWasWritten() throws Exception {
    ServiceFolder folder = new ServiceFolder(home, "p", "web");
    Files.createDirectories(folder.path());
    folder.write(full());
    assertThat(folder.spec()).contains(full());
    assertThat(ServiceFolder.at(folder.path())).isEqualTo(folder);
  }

  @Test
  void state_isReadAsItWasWritten() throws Exception {
    ServiceFolder folder = new ServiceFolder(home, "p", "web");
    Files.createDirectories(folder.path());
    ProcessName process = new ProcessName(1, 2, "boot");
    ServiceState state =
        ServiceState.NEW
            .at("10.0.0.2", List.of(new Port("", 1, 2)), List.of("note"))
            .running(process, process, Instant.ofEpochSecond(5), 77)
            .with(new Health(Health.Status.UNHEALTHY, 2, OptionalInt.of(1), "bad"));
    assertThat(folder.state()).isEqualTo(ServiceState.NEW);
    folder.write(state);
    assertThat(folder.state()).isEqualTo(state);
    folder.write(state.ended(Phase.EXITED, 3, Instant.ofEpochSecond(6)).failed("why", "hint"));
    assertThat(folder.state().problem()).isEqualTo("why");
  }

  @Test
  void fingerprint_isThatOfWhatRuns() {
    ServiceSpec spec = full();
    assertThat(spec.fingerprint()).isEqualTo(full().fingerprint());
    assertThat(Specs.of("a", home).build().fingerprint())
        .isNotEqualTo(Specs.of("a", home).user("u").build().fingerprint());
  }

  @Test
  void names_thatLeadElsewhere_areRefused() {
    for (String name : List.of("..", "a/b", "", ".x")) {
      assertThatThrownBy(() -> ServiceFolder.checkName(name))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void restartPolicies_sayWhenToStartAgain() {
    assertThat(RestartPolicy.NEVER.restarts(1, 0)).isFalse();
    RestartPolicy thrice = new RestartPolicy(RestartPolicy.Kind.ON_FAILURE, 3);
    assertThat(thrice.restarts(0, 0)).isFalse();
    assertThat(thrice.restarts(1, 2)).isTrue();
    assertThat(thrice.restarts(1, 3)).isFalse();
    assertThat(new RestartPolicy(RestartPolicy.Kind.ALWAYS, 0).restarts(0, 99)).isTrue();
  }
}
