package dev.larder.engine.service;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SequencedMap;

/** A spec for tests, changed part by part. */
final class Specs {
  private final String service;
  private final List<String> layers;
  private List<String> argv = List.of("sleep", "1000");
  private List<Port> ports = List.of();
  private List<Mount> mounts = List.of();
  private Optional<HealthCheck> health = Optional.empty();
  private RestartPolicy restart = RestartPolicy.NEVER;
  private Duration grace = Duration.ofMillis(200);
  private String user = "";
  private final SequencedMap<String, String> environment = new LinkedHashMap<>();

  private Specs(String service, Path layer) {
    this.service = service;
    this.layers = List.of(layer.toString());
  }

  static Specs of(String service, Path layer) {
    return new Specs(service, layer);
  }

  Specs shell(String script) {
    argv = List.of("/bin/sh", "-c", script);
    return this;
  }

  Specs argv(String... words) {
    argv = List.of(words);
    return this;
  }

  Specs port(int host, int container) {
    ports = List.of(new Port("127.0.0.1", host, container));
    return this;
  }

  Specs mount(Mount mount) {
    mounts = List.of(mount);
    return this;
  }

  Specs health(String script) {
    health =
        Optional.of(
            new HealthCheck(
                List.of("/bin/sh", "-c", script),
                Duration.ofMillis(300),
                Duration.ofSeconds(5),
                Duration.ZERO,
                Duration.ofMillis(300),
                2));
    return this;
  }

  Specs restart(RestartPolicy.Kind kind, int most) {
    restart = new RestartPolicy(kind, most);
    return this;
  }

  Specs grace(Duration time) {
    grace = time;
    return this;
  }

  Specs user(String name) {
    user = name;
    return this;
  }

  Specs variable(String name, String value) {
    environment.put(name, value);
    return this;
  }

  ServiceSpec build() {
    return new ServiceSpec(
        "p",
        service,
        "p-" + service + "-1",
        "busybox",
        "sha256:" + "0".repeat(64),
        layers,
        argv,
        environment,
        "/",
        user,
        service,
        Network.PROJECT,
        List.of(),
        new LinkedHashMap<>(),
        ports,
        mounts,
        health,
        restart,
        15,
        grace,
        OptionalLong.empty(),
        false,
        new LinkedHashMap<>());
  }
}
