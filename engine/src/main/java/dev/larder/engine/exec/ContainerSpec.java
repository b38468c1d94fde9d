package dev.larder.engine.exec;

import dev.larder.engine.mount.Attachment;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * A process in a root file system of its own, with everything looked up: the values that a bundle
 * is written from.
 *
 * @param root the root file system's folder
 * @param argv the program and its arguments
 * @param environment its variables; {@code PATH} and {@code HOME} are added where they are missing
 * @param cwd its folder, absolute
 * @param user whom it runs as
 * @param hostname its host name
 * @param network what it can reach
 * @param confinement what it may do
 * @param hosts the text of its /etc/hosts
 * @param resolvConf the text of its /etc/resolv.conf
 * @param rlimits its limits; those not named are the engine's own
 * @param attachments what it sees beside the root, in this order
 */
public record ContainerSpec(
    Path root,
    List<String> argv,
    SequencedMap<String, String> environment,
    String cwd,
    UserIds user,
    String hostname,
    Network network,
    Confinement confinement,
    String hosts,
    String resolvConf,
    List<Rlimit> rlimits,
    List<Attachment> attachments) {
  /** What {@code PATH} is where nothing sets it, as in Docker. */
  public static final String DEFAULT_PATH =
      "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  public ContainerSpec {
    argv = List.copyOf(argv);
    environment = new LinkedHashMap<>(environment);
    rlimits = List.copyOf(rlimits);
    attachments = List.copyOf(attachments);
  }

  /**
   * A limit of setrlimit(2).
   *
   * @param name {@code nofile} for RLIMIT_NOFILE
   * @param soft -1 is no limit
   * @param hard -1 is no limit
   */
  public record Rlimit(String name, long soft, long hard) {}

  /** What a process may do. */
  public enum Confinement {
    /** Docker's default capabilities, its system call filter, masked paths. */
    SANDBOX,
    /** All that the engine itself may do. */
    INSECURE
  }

  /** The path in the root file system of something that may be relative to the folder. */
  String absolute(String path) {
    return path.startsWith("/") ? path : cwd.endsWith("/") ? cwd + path : cwd + "/" + path;
  }
}
