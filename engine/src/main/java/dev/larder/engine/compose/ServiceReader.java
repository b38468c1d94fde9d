package dev.larder.engine.compose;

import dev.larder.engine.service.HealthCheck;
import dev.larder.engine.service.RestartPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;

/** Reads one service. */
final class ServiceReader {
  /** Keys that say nothing a container of ours would do otherwise. */
  private static final Set<String> HARMLESS =
      Set.of("expose", "attach", "stdin_open", "tty", "pull_policy", "scale");

  /** Keys that are known and not done; each one found is named in a warning. */
  private static final Set<String> NOT_DONE =
      Set.of(
          "annotations",
          "blkio_config",
          "cap_add",
          "cap_drop",
          "cgroup",
          "cgroup_parent",
          "configs",
          "cpu_count",
          "cpu_percent",
          "cpu_period",
          "cpu_quota",
          "cpu_rt_period",
          "cpu_rt_runtime",
          "cpu_shares",
          "cpus",
          "cpuset",
          "credential_spec",
          "deploy",
          "device_cgroup_rules",
          "devices",
          "dns",
          "dns_opt",
          "dns_search",
          "domainname",
          "external_links",
          "gpus",
          "group_add",
          "ipc",
          "isolation",
          "label_file",
          "links",
          "logging",
          "mac_address",
          "mem_limit",
          "mem_reservation",
          "mem_swappiness",
          "memswap_limit",
          "models",
          "oom_kill_disable",
          "oom_score_adj",
          "pid",
          "pids_limit",
          "platform",
          "post_start",
          "pre_stop",
          "privileged",
          "provider",
          "runtime",
          "security_opt",
          "storage_opt",
          "sysctls",
          "ulimits",
          "userns_mode",
          "uts",
          "volumes_from");

  private static final Duration STOP_GRACE = Duration.ofSeconds(10);

  private final Section service;
  private final Context context;

  private ServiceReader(Section service, Context context) {
    this.service = service;
    this.context = context;
  }

  static Service read(String name, Yaml yaml, Context context) throws ComposeException {
    Section section = Section.of("services." + name, yaml);
    ServiceReader reader = new ServiceReader(section, context);
    Service service = reader.read(name);
    section.end(HARMLESS, NOT_DONE, context.notDone());
    return service;
  }

  private Service read(String name) throws ComposeException {
    Optional<Build> build = BuildReader.read(service, context);
    Optional<String> image = service.text("image");
    if (build.isEmpty() && image.isEmpty()) {
      throw ComposeException.at(
          service.at(), service.name() + " has neither build nor image", "add build: .");
    }
    Optional<String> network = service.text("network_mode");
    return new Service(
        name,
        build,
        image,
        command("command"),
        command("entrypoint"),
        environment(),
        Ports.read(service, context),
        MountReader.read(service, context),
        dependsOn(),
        health(),
        service.text("container_name"),
        service.text("hostname"),
        service.text("user"),
        service.text("working_dir"),
        restart(),
        networkMode(network),
        aliases(name),
        BuildReader.hosts(service),
        BuildReader.texts(service.pairs("labels")),
        init(),
        service.text("stop_signal"),
        service.duration("stop_grace_period").orElse(STOP_GRACE),
        service.bytes("shm_size"),
        service.flag("read_only"),
        service.textSet("profiles"),
        DevelopReader.read(service, context));
  }

  private boolean init() throws ComposeException {
    boolean init = service.flag("init");
    if (init) {
      context.notDone().add(service.name() + ".init");
    }
    return init;
  }

  private Optional<String> networkMode(Optional<String> mode) throws ComposeException {
    if (mode.isEmpty() || mode.get().equals("bridge") || mode.get().equals("default")) {
      return Optional.empty();
    }
    if (!mode.get().equals("host") && !mode.get().equals("none")) {
      throw ComposeException.at(
          service.at(),
          service.name() + ".network_mode \"" + mode.get() + "\" is not understood yet",
          "host, none, or leave it out");
    }
    return mode;
  }

  private Optional<List<String>> command(String key) throws ComposeException {
    Optional<Yaml> value = service.take(key);
    if (value.isEmpty()) {
      return Optional.empty();
    }
    if (!(value.get() instanceof Yaml.Items items)) {
      throw Section.needs(service.name() + "." + key, "a text or a list", value.get());
    }
    List<String> words = new ArrayList<>();
    for (Yaml item : items.items()) {
      words.add(Section.text(service.name() + "." + key, item));
    }
    return Optional.of(List.copyOf(words));
  }

  private SequencedMap<String, String> environment() throws ComposeException {
    SequencedMap<String, String> all = new LinkedHashMap<>();
    service
        .pairs("environment")
        .forEach((name, value) -> value.ifPresent(text -> all.put(name, text)));
    return all;
  }

  private SequencedMap<String, Service.Condition> dependsOn() throws ComposeException {
    SequencedMap<String, Service.Condition> all = new LinkedHashMap<>();
    for (Map.Entry<String, Yaml.Field> field : service.section("depends_on").rest().entrySet()) {
      Section one =
          Section.of(service.name() + ".depends_on." + field.getKey(), field.getValue().value());
      all.put(field.getKey(), condition(one));
      one.end(Set.of("restart", "required"), Set.of(), context.notDone());
    }
    return all;
  }

  private static Service.Condition condition(Section one) throws ComposeException {
    String text = one.text("condition").orElse("service_started");
    return switch (text) {
      case "service_started" -> Service.Condition.STARTED;
      case "service_healthy" -> Service.Condition.HEALTHY;
      case "service_completed_successfully" -> Service.Condition.COMPLETED;
      default ->
          throw ComposeException.at(
              one.at(),
              one.name() + ": unknown condition \"" + text + "\"",
              "one of service_started, service_healthy, service_completed_successfully");
    };
  }

  private Service.Health health() throws ComposeException {
    Optional<Yaml> value = service.take("healthcheck");
    if (value.isEmpty()) {
      return new Service.Health.OfImage();
    }
    Section health = Section.of(service.name() + ".healthcheck", value.get());
    Set<Service.Part> given = EnumSet.noneOf(Service.Part.class);
    List<String> test = test(health);
    Optional<Duration> interval = given(health.duration("interval"), given, Service.Part.INTERVAL);
    Optional<Duration> timeout = given(health.duration("timeout"), given, Service.Part.TIMEOUT);
    Optional<Duration> period =
        given(health.duration("start_period"), given, Service.Part.START_PERIOD);
    Optional<Duration> startInterval =
        given(health.duration("start_interval"), given, Service.Part.START_INTERVAL);
    Optional<Integer> retries = given(health.number("retries"), given, Service.Part.RETRIES);
    boolean off = health.flag("disable");
    health.end(Set.of(), Set.of(), context.notDone());
    if (off || test.equals(List.of("NONE"))) {
      return new Service.Health.Off();
    }
    if (!test.isEmpty()) {
      given.add(Service.Part.TEST);
    }
    return new Service.Health.Given(
        new HealthCheck(
            test,
            interval.orElse(HealthCheck.DEFAULT_INTERVAL),
            timeout.orElse(HealthCheck.DEFAULT_TIMEOUT),
            period.orElse(Duration.ZERO),
            startInterval.orElse(HealthCheck.DEFAULT_START_INTERVAL),
            retries.orElse(HealthCheck.DEFAULT_RETRIES)),
        given);
  }

  private static <T> Optional<T> given(
      Optional<T> value, Set<Service.Part> given, Service.Part part) {
    if (value.isPresent()) {
      given.add(part);
    }
    return value;
  }

  private static List<String> test(Section health) throws ComposeException {
    Optional<Yaml> value = health.take("test");
    if (value.isEmpty()) {
      return List.of();
    }
    List<String> words = new ArrayList<>();
    if (value.get() instanceof Yaml.Items items) {
      for (Yaml item : items.items()) {
        words.add(Section.text(health.name() + ".test", item));
      }
    }
    boolean known =
        !words.isEmpty() && Set.of("CMD", "CMD-SHELL", "NONE").contains(words.getFirst());
    if (!known) {
      throw ComposeException.at(
          value.get().at(),
          health.name()
              + ".test must be a text, or a list that begins with CMD, CMD-SHELL or NONE");
    }
    return words;
  }

  private RestartPolicy restart() throws ComposeException {
    String text = service.text("restart").orElse("no");
    if (text.matches("on-failure(:\\d{1,6})?")) {
      int colon = text.indexOf(':');
      int most = colon < 0 ? 0 : Integer.parseInt(text.substring(colon + 1));
      return new RestartPolicy(RestartPolicy.Kind.ON_FAILURE, most);
    }
    return switch (text) {
      case "no", "false" -> RestartPolicy.NEVER;
      case "always" -> new RestartPolicy(RestartPolicy.Kind.ALWAYS, 0);
      case "unless-stopped" -> new RestartPolicy(RestartPolicy.Kind.UNLESS_STOPPED, 0);
      default ->
          throw ComposeException.at(
              service.at(),
              service.name() + ": unknown restart policy \"" + text + "\"",
              "one of no, always, on-failure, on-failure:N, unless-stopped");
    };
  }

  /** All services share one network; what stays of {@code networks} are the aliases. */
  private Set<String> aliases(String name) throws ComposeException {
    Set<String> aliases = new LinkedHashSet<>();
    Optional<Yaml> value = service.take("networks");
    if (value.isPresent() && value.get() instanceof Yaml.Fields fields) {
      for (Map.Entry<String, Yaml.Field> field : fields.fields().entrySet()) {
        Section one = Section.of(service.name() + ".networks", field.getValue().value());
        aliases.addAll(one.texts("aliases"));
        one.end(
            Set.of("priority", "gw_priority"),
            Set.of("ipv4_address", "ipv6_address", "mac_address", "link_local_ips", "driver_opts"),
            context.notDone());
      }
    }
    aliases.remove(name);
    return aliases;
  }
}
