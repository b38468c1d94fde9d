package dev.larder.engine.build;

import dev.larder.engine.export.Annotations;
import dev.larder.engine.fetch.FetchPolicy;
import dev.larder.engine.graph.Entitlement;
import dev.larder.engine.graph.Limits;
import dev.larder.engine.graph.Op;
import dev.larder.engine.oci.ImageName;
import dev.larder.engine.oci.Platform;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;

/**
 * What someone wants built, with paths resolved and words checked.
 *
 * @param dockerfile the Dockerfile's text, and the name that messages call it by
 * @param context the build context's folder; nothing is an empty one
 * @param names what to call the image
 * @param target the stage to build; nothing is the last
 * @param buildArgs {@code --build-arg}
 * @param contexts {@code --build-context}
 * @param labels {@code --label}
 * @param secrets {@code --secret}
 * @param agents {@code --ssh}: sockets of ssh agents by id
 * @param extraHosts {@code --add-host}
 * @param network {@code --network}, for steps that do not say themselves
 * @param allowed {@code --allow}: what steps may do to this machine
 * @param limits {@code --ulimit} and {@code --shm-size}
 * @param platform what to build for
 * @param cache which earlier results may be used
 * @param reset which of the cache mounts that the build uses are emptied first
 * @param pull whether stored tags are checked against their registry
 * @param fetch what may come from the network
 * @param project what project-scoped cache mounts and records belong to
 * @param projectScopedMounts whether cache mounts are kept apart by project
 * @param trustHost whether the host's extra certificates are handed to RUN steps
 * @param normalizeModes whether files of contexts count, and are copied, with git's permissions
 * @param sourceDateEpoch the time of everything that the build itself writes
 * @param outputs where the result goes
 * @param standardOutput where outputs without a destination go
 */
public record BuildRequest(
    Dockerfile dockerfile,
    Optional<Path> context,
    List<ImageName> names,
    Optional<String> target,
    SequencedMap<String, String> buildArgs,
    SequencedMap<String, NamedContext> contexts,
    SequencedMap<String, String> labels,
    List<Secret> secrets,
    SequencedMap<String, Path> agents,
    List<Op.ExtraHost> extraHosts,
    Op.Network network,
    Set<Entitlement> allowed,
    Limits limits,
    Platform platform,
    Cache cache,
    Reset reset,
    boolean pull,
    FetchPolicy fetch,
    String project,
    boolean projectScopedMounts,
    boolean trustHost,
    boolean normalizeModes,
    Optional<Instant> sourceDateEpoch,
    List<Output> outputs,
    OutputStream standardOutput) {
  public BuildRequest {
    allowed = Set.copyOf(allowed);
  }

  /** Who shares the cache mounts of this build. */
  String mountScope() {
    return projectScopedMounts ? "project " + project : "machine";
  }

  /**
   * A Dockerfile.
   *
   * @param name as messages call it: {@code Dockerfile}
   * @param content its text
   * @param path where it is, since an ignore file may stand beside it; nothing if it came from
   *     standard input
   */
  public record Dockerfile(String name, Optional<Path> path, String content) {}

  /** What {@code FROM name} and {@code --from=name} mean where it is not what they say. */
  public sealed interface NamedContext {
    record Folder(Path path) implements NamedContext {}

    record Image(ImageName name) implements NamedContext {}

    record OciLayout(Path path, String reference) implements NamedContext {}
  }

  /** Where a secret is. */
  public sealed interface Secret {
    String id();

    record File(String id, Path path) implements Secret {}

    record Variable(String id, String name) implements Secret {}
  }

  /** Which earlier results may be used. */
  public sealed interface Cache {
    record Use() implements Cache {}

    /** {@code --no-cache}: none. Cache mounts and packages are kept all the same. */
    record Ignore() implements Cache {}

    /** {@code --no-cache-filter}: none for these stages. */
    record IgnoreStages(List<String> stages) implements Cache {
      public IgnoreStages {
        stages = List.copyOf(stages);
      }
    }
  }

  /** Which of the cache mounts that a build uses are emptied before it. */
  public sealed interface Reset {
    record None() implements Reset {}

    record All() implements Reset {}

    /** Those of these ids; each must be one that the build uses. */
    record Ids(List<String> ids) implements Reset {
      public Ids {
        ids = List.copyOf(ids);
      }
    }
  }

  /** Where a result goes; without a destination it is standard output. */
  public sealed interface Output {
    /** The image store of this machine: the default. */
    record Store() implements Output {}

    /** {@code type=oci}: a folder where {@code tar} is false. */
    record Oci(Optional<Path> destination, boolean tar, Annotations annotations) implements Output {
      /** Without annotations. */
      public Oci(Optional<Path> destination, boolean tar) {
        this(destination, tar, Annotations.NONE);
      }
    }

    /** {@code type=docker}: what {@code docker load} takes. */
    record Docker(Optional<Path> destination) implements Output {}

    /**
     * Into the images of the Docker engine of this machine, where one answers, besides the image
     * store.
     */
    record DockerImages() implements Output {}

    /** {@code type=local}: the files. */
    record Local(Path destination) implements Output {}

    /** {@code type=tar}: the files as an archive. */
    record Tar(Optional<Path> destination) implements Output {}
  }
}
