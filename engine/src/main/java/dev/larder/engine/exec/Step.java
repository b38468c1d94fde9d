package dev.larder.engine.exec;

import dev.larder.engine.mount.Attachment;
import dev.larder.engine.trust.StepTrust;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * A process that changes a root file system: a RUN step.
 *
 * @param root the root file system's folder, a draft of a snapshot
 * @param argv the program and its arguments
 * @param environment its variables, in order
 * @param cwd its folder, absolute; made where it is missing, and then the user's
 * @param user as USER says: {@code name}, {@code uid}, {@code user:group}; empty is root
 * @param hostname its host name; empty is BuildKit's {@code buildkitsandbox}
 * @param network what it can reach
 * @param confinement what it may do; {@code INSECURE} only where the user allowed it
 * @param extraHosts lines of its /etc/hosts
 * @param rlimits its limits
 * @param attachments what it sees beside the root
 */
public record Step(
    Path root,
    List<String> argv,
    SequencedMap<String, String> environment,
    String cwd,
    String user,
    String hostname,
    Network network,
    ContainerSpec.Confinement confinement,
    List<HostsFile.ExtraHost> extraHosts,
    List<ContainerSpec.Rlimit> rlimits,
    List<Attachment> attachments) {
  static final String DEFAULT_HOSTNAME = "buildkitsandbox";

  public Step {
    argv = List.copyOf(argv);
    environment = new LinkedHashMap<>(environment);
    extraHosts = List.copyOf(extraHosts);
    rlimits = List.copyOf(rlimits);
    attachments = List.copyOf(attachments);
  }

  /** The same step with certificates: variables that it does not set itself, and a folder. */
  Step trusting(StepTrust trust) {
    SequencedMap<String, String> more = new LinkedHashMap<>(environment);
    trust.variables().forEach(more::putIfAbsent);
    List<Attachment> with = new ArrayList<>(attachments);
    with.add(new Attachment.Bind(trust.folder(), StepTrust.TARGET, false));
    return new Step(
        root, argv, more, cwd, user, hostname, network, confinement, extraHosts, rlimits, with);
  }
}
