package dev.larder.engine.exec;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.larder.engine.mount.Attachment;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;

/**
 * A folder that an OCI runtime runs a container from: {@code config.json} after the OCI runtime
 * specification 1.0.2, and the container's own {@code hosts} and {@code resolv.conf}.
 */
public final class Bundle {
  private static final List<String> MASKED =
      List.of(
          "/proc/acpi",
          "/proc/asound",
          "/proc/interrupts",
          "/proc/kcore",
          "/proc/keys",
          "/proc/latency_stats",
          "/proc/sched_debug",
          "/proc/scsi",
          "/proc/timer_list",
          "/proc/timer_stats",
          "/sys/devices/virtual/powercap",
          "/sys/firmware");

  private static final List<String> READ_ONLY =
      List.of("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger");

  private Bundle() {}

  /**
   * Writes a bundle.
   *
   * @param folder exists, and lives as long as the container
   * @throws IOException if a file can't be written
   */
  public static void write(Path folder, ContainerSpec spec) throws IOException {
    Files.writeString(folder.resolve("hosts"), spec.hosts());
    Files.writeString(folder.resolve("resolv.conf"), spec.resolvConf());
    Files.writeString(
        folder.resolve("config.json"),
        config(folder, spec, System.getProperty("os.arch", "")).toString());
  }

  static JsonObject config(Path folder, ContainerSpec spec, String architecture)
      throws IOException {
    JsonObject config = new JsonObject();
    config.addProperty("ociVersion", "1.0.2");
    config.add("process", process(spec));
    JsonObject root = new JsonObject();
    root.addProperty("path", spec.root().toString());
    config.add("root", root);
    config.addProperty("hostname", spec.hostname());
    config.add("mounts", mounts(folder, spec));
    config.add("linux", linux(spec, architecture));
    return config;
  }

  private static JsonObject process(ContainerSpec spec) throws IOException {
    JsonObject process = new JsonObject();
    process.addProperty("terminal", false);
    JsonObject user = new JsonObject();
    user.addProperty("uid", spec.user().uid());
    user.addProperty("gid", spec.user().gid());
    JsonArray groups = new JsonArray();
    groups.add(spec.user().gid());
    spec.user().groups().stream().filter(g -> g != spec.user().gid()).forEach(groups::add);
    user.add("additionalGids", groups);
    process.add("user", user);
    process.add("args", texts(spec.argv()));
    JsonArray environment = new JsonArray();
    SequencedMap<String, String> variables = spec.environment();
    if (!variables.containsKey("PATH")) {
      environment.add("PATH=" + ContainerSpec.DEFAULT_PATH);
    }
    variables.forEach((name, value) -> environment.add(name + "=" + value));
    if (!variables.containsKey("HOME")) {
      environment.add("HOME=" + spec.user().home());
    }
    process.add("env", environment);
    process.addProperty("cwd", spec.cwd());
    process.add("capabilities", capabilities(spec.confinement()));
    if (!spec.rlimits().isEmpty()) {
      process.add("rlimits", rlimits(spec.rlimits()));
    }
    process.addProperty("noNewPrivileges", false); // as Docker: sudo and su work
    return process;
  }

  private static JsonArray rlimits(List<ContainerSpec.Rlimit> limits) {
    JsonArray all = new JsonArray();
    for (ContainerSpec.Rlimit limit : limits) {
      JsonObject one = new JsonObject();
      one.addProperty("type", "RLIMIT_" + limit.name().toUpperCase(Locale.ROOT));
      one.addProperty("soft", unsigned(limit.soft()));
      one.addProperty("hard", unsigned(limit.hard()));
      all.add(one);
    }
    return all;
  }

  /** No limit is all bits, RLIM_INFINITY. */
  private static BigInteger unsigned(long limit) {
    return new BigInteger(Long.toUnsignedString(limit));
  }

  private static JsonObject capabilities(ContainerSpec.Confinement confinement) throws IOException {
    List<String> names =
        switch (confinement) {
          case SANDBOX -> Capabilities.DEFAULT;
          case INSECURE -> Capabilities.bounding();
        };
    JsonObject sets = new JsonObject();
    sets.add("bounding", texts(names));
    sets.add("effective", texts(names));
    sets.add("permitted", texts(names));
    return sets;
  }

  private static JsonArray mounts(Path folder, ContainerSpec spec) {
    boolean confined = spec.confinement() == ContainerSpec.Confinement.SANDBOX;
    JsonArray mounts = new JsonArray();
    mounts.add(mount("/proc", "proc", "proc", "nosuid,noexec,nodev"));
    mounts.add(mount("/dev", "tmpfs", "tmpfs", "nosuid,strictatime,mode=755,size=65536k"));
    mounts.add(
        mount(
            "/dev/pts",
            "devpts",
            "devpts",
            "nosuid,noexec,newinstance,ptmxmode=0666,mode=0620,gid=5"));
    mounts.add(mount("/dev/shm", "tmpfs", "shm", "nosuid,noexec,nodev,mode=1777,size=65536k"));
    mounts.add(mount("/dev/mqueue", "mqueue", "mqueue", "nosuid,noexec,nodev"));
    mounts.add(mount("/sys", "sysfs", "sysfs", "nosuid,noexec,nodev," + (confined ? "ro" : "rw")));
    for (String name : List.of("resolv.conf", "hosts")) {
      mounts.add(
          mount(
              "/etc/" + name,
              "bind",
              folder.resolve(name).toString(),
              "rbind,ro,nosuid,noexec,nodev"));
    }
    for (Attachment attachment : spec.attachments()) {
      mounts.add(mount(spec.absolute(attachment.target()), attachment));
    }
    return mounts;
  }

  private static JsonObject mount(String target, Attachment attachment) {
    return switch (attachment) {
      case Attachment.Bind(Path source, String _, boolean writable) ->
          mount(target, "bind", source.toString(), writable ? "rbind" : "rbind,ro");
      case Attachment.Cache(var lease, String _, boolean writable) ->
          mount(target, "bind", lease.folder().toString(), writable ? "rbind" : "rbind,ro");
      case Attachment.Tmpfs(String _, var bytes, boolean writable) ->
          mount(
              target,
              "tmpfs",
              "tmpfs",
              "nosuid,nodev"
                  + (bytes.isPresent() ? ",size=" + bytes.getAsLong() : "")
                  + (writable ? "" : ",ro"));
    };
  }

  private static JsonObject linux(ContainerSpec spec, String architecture) throws IOException {
    JsonObject linux = new JsonObject();
    JsonArray namespaces = new JsonArray();
    for (String type : List.of("pid", "ipc", "uts", "mount", "cgroup")) {
      namespaces.add(namespace(type));
    }
    switch (spec.network()) {
      case Network.Host() -> {}
      case Network.None() -> namespaces.add(namespace("network"));
      case Network.At(Path file) -> namespaces.add(network(file));
      case Network.Relayed(StepNetwork network) -> namespaces.add(network(network.file()));
    }
    linux.add("namespaces", namespaces);
    switch (spec.confinement()) {
      case SANDBOX -> {
        linux.add("maskedPaths", texts(MASKED));
        linux.add("readonlyPaths", texts(READ_ONLY));
        linux.add("seccomp", Seccomp.filter(architecture));
      }
      case INSECURE -> {}
    }
    return linux;
  }

  private static JsonObject network(Path file) {
    JsonObject network = namespace("network");
    network.addProperty("path", file.toString());
    return network;
  }

  private static JsonObject namespace(String type) {
    JsonObject namespace = new JsonObject();
    namespace.addProperty("type", type);
    return namespace;
  }

  private static JsonObject mount(String target, String type, String source, String options) {
    JsonObject mount = new JsonObject();
    mount.addProperty("destination", target);
    mount.addProperty("type", type);
    mount.addProperty("source", source);
    mount.add("options", texts(List.of(options.split(","))));
    return mount;
  }

  private static JsonArray texts(List<String> values) {
    JsonArray texts = new JsonArray();
    values.forEach(texts::add);
    return texts;
  }
}
