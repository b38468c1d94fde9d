package dev.larder.engine.compose;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * What stands at which place of a compose file, for the places where the specification allows a
 * short form, or wants something else than a text. A place is the keys that lead there, with {@code
 * *} for names that the user chose and {@code []} for items of a list.
 */
final class Forms {
  /** What a value is. */
  enum Form {
    TEXT,
    NUMBER,
    FLOAT,
    FLAG,
    /** A size: {@code 64m}. */
    BYTES,
    /** A time: {@code 1m30s}. */
    DURATION,
    /** Permission bits, in octal. */
    MODE,
    /** A list of texts, or one alone. */
    TEXTS,
    /** A mapping of texts, or a list of {@code NAME=value}. */
    PAIRS,
    /** The same, where a name alone has an empty value. */
    LABELS,
    /** Names and addresses. */
    HOSTS,
    /** Words, or a line that is cut into them. */
    WORDS,
    /** A health check's command. */
    TEST,
    BUILD,
    EXTENDS,
    DEPENDS_ON,
    /** A mapping, or a list of its keys. */
    NAMES,
    PORTS,
    MOUNTS,
    DEVICES,
    SECRETS,
    /** Configs of a service, and secrets of a build: names, or mappings with a source. */
    SOURCES,
    ENV_FILES,
    GPUS
  }

  private static final String TABLE =
      """
      TEXTS     services.* : cap_add cap_drop device_cgroup_rules dns dns_opt dns_search expose
      TEXTS     services.* : external_links group_add label_file links profiles security_opt tmpfs volumes_from
      PAIRS     services.* : annotations environment storage_opt sysctls logging.options
      LABELS    services.* : labels deploy.labels build.labels
      WORDS     services.* : command entrypoint post_start[].command pre_stop[].command
      WORDS     services.* : develop.watch[].exec.command
      PAIRS     services.* : post_start[].environment pre_stop[].environment
      PAIRS     services.* : develop.watch[].exec.environment
      TEXTS     services.* : develop.watch[].ignore develop.watch[].include
      FLAG      services.* : post_start[].privileged pre_stop[].privileged
      FLAG      services.* : develop.watch[].initial_sync develop.watch[].exec.privileged
      BUILD     services.* : build
      PAIRS     services.* : build.args build.additional_contexts
      TEXTS     services.* : build.cache_from build.cache_to build.entitlements build.platforms build.tags
      TEXTS     services.* : build.ssh build.no_cache_filter
      SOURCES   services.* : build.secrets configs
      HOSTS     services.* : build.extra_hosts extra_hosts
      FLAG      services.* : build.no_cache build.pull build.privileged
      BYTES     services.* : build.shm_size shm_size mem_limit mem_reservation mem_swappiness memswap_limit
      NUMBER    services.* : build.ulimits.* build.ulimits.*.soft build.ulimits.*.hard
      NUMBER    services.* : ulimits.* ulimits.*.soft ulimits.*.hard
      EXTENDS   services.* : extends
      DEPENDS_ON services.* : depends_on
      FLAG      services.* : depends_on.*.restart depends_on.*.required
      NAMES     services.* : networks
      TEXTS     services.* : networks.*.aliases networks.*.link_local_ips
      NUMBER    services.* : networks.*.priority networks.*.gw_priority
      PAIRS     services.* : networks.*.driver_opts
      PORTS     services.* : ports
      NUMBER    services.* : ports[].target
      MOUNTS    services.* : volumes
      FLAG      services.* : volumes[].read_only volumes[].bind.create_host_path volumes[].volume.nocopy
      BYTES     services.* : volumes[].tmpfs.size
      NUMBER    services.* : volumes[].tmpfs.mode
      DEVICES   services.* : devices
      SECRETS   services.* : secrets
      MODE      services.* : secrets[].mode configs[].mode build.secrets[].mode
      ENV_FILES services.* : env_file
      FLAG      services.* : env_file[].required
      GPUS      services.* : gpus
      NUMBER    services.* : gpus[].count deploy.resources.reservations.devices[].count
      TEST      services.* : healthcheck.test
      FLAG      services.* : healthcheck.disable attach init oom_kill_disable privileged read_only stdin_open tty
      DURATION  services.* : healthcheck.interval healthcheck.timeout healthcheck.start_period
      DURATION  services.* : healthcheck.start_interval stop_grace_period
      NUMBER    services.* : healthcheck.retries scale pids_limit oom_score_adj cpu_shares cpu_quota cpu_period
      NUMBER    services.* : cpu_count cpu_rt_period cpu_rt_runtime blkio_config.weight
      FLOAT     services.* : cpus cpu_percent
      NUMBER    services.* : deploy.replicas deploy.update_config.parallelism deploy.rollback_config.parallelism
      NUMBER    services.* : deploy.restart_policy.max_attempts deploy.resources.limits.pids
      FLOAT     services.* : deploy.resources.limits.cpus deploy.resources.reservations.cpus
      BYTES     services.* : deploy.resources.limits.memory deploy.resources.reservations.memory
      DURATION  services.* : deploy.update_config.delay deploy.update_config.monitor
      DURATION  services.* : deploy.rollback_config.delay deploy.rollback_config.monitor
      DURATION  services.* : deploy.restart_policy.delay deploy.restart_policy.window
      LABELS    networks.* : labels
      PAIRS     networks.* : driver_opts
      FLAG      networks.* : external internal attachable enable_ipv4 enable_ipv6
      LABELS    volumes.*  : labels
      PAIRS     volumes.*  : driver_opts
      FLAG      volumes.*  : external
      LABELS    secrets.*  : labels
      FLAG      secrets.*  : external
      LABELS    configs.*  : labels
      FLAG      configs.*  : external
      """;

  private static final Set<String> NAMED =
      Set.of(
          "services",
          "networks",
          "volumes",
          "secrets",
          "configs",
          "services.*.networks",
          "services.*.depends_on",
          "services.*.ulimits",
          "services.*.build.ulimits",
          "services.*.build.additional_contexts");

  private static final Map<String, Form> FORMS = table();

  private Forms() {}

  private static Map<String, Form> table() {
    Map<String, Form> forms = new HashMap<>();
    for (String line : TABLE.split("\n")) {
      String[] words = line.split(" +");
      for (String place : Arrays.asList(words).subList(3, words.length)) {
        forms.put(words[1] + "." + place, Form.valueOf(words[0]));
      }
    }
    return forms;
  }

  static Form of(String place) {
    return FORMS.getOrDefault(place, Form.TEXT);
  }

  /** The place of a key's value in the mapping at a place. */
  static String below(String place, String key) {
    if (place.isEmpty()) {
      return key;
    }
    return place + (NAMED.contains(place) ? ".*" : "." + key);
  }

  /** The place of the items of the list at a place. */
  static String item(String place) {
    return place + "[]";
  }
}
