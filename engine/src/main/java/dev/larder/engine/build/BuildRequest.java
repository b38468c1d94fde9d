package dev.larder.engine.build;

import dev.larder.engine.export.Annotations;
import dev.larder.engine.fetch.FetchPolicy;
import dev.larder.engine.graph.Entitlement;
import dev.larder.engine.graph.Limits;
import dev.larder.engine.graph.Op;
import dev.larder.engine.oci.ImageName;
import dev.larder.engine.oci.Platform;
import dev.larder.engine.plan.GitRef;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;

/**
 * What someone wants built, with paths resolved and words checked.
 *
 * @param dockerfile the Dockerfile
 * @param context what COPY and ADD take files from
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
    Context context,
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

  /** A Dockerfile. */
  public sealed interface Dockerfile {
    /**
     * One that is here.
     *
     * @param name as messages call it: {@code Dockerfile}
     * @param content its text
     * @param path where it is, since an ignore file may stand beside it; nothing if it came from
     *     standard input
     */
    record Text(String name, Optional<Path> path, String content) implements Dockerfile {}

    /** One in the context, which is not a folder. A context that is one file is the Dockerfile. */
    record InContext(String path) implements Dockerfile {}

    /** One of the web. */
    record Web(URI url) implements Dockerfile {}
  }

  /** The build context. */
  public sealed interface Context {
    /** A folder of this machine. */
    record Folder(Path path) implements Context {}

    /** Nothing: the Dockerfile came alone. */
    record Empty() implements Context {}

    record Git(Op.Git repository) implements Context {}

    /** An archive, or one file. */
    record Web(URI url) implements Context {}

    /** An archive, read once, to its end; the caller closes it. */
    record Archive(InputStream bytes) implements Context {}

    /**
     * What is no folder: a repository or a file of the web.
     *
     * @return nothing if it is the path of a folder
     * @throws IllegalArgumentException if it is neither and no path
     */
    static Optional<Context> remote(String text) {
      Optional<Context> git = GitRef.parse(text).map(ref -> new Context.Git(ref.op()));
      return git.isPresent() ? git : web(text).map(Context.Web::new);
    }
  }

  /**
   * An address of the web, if it is one.
   *
   * @throws IllegalArgumentException if it looks like one, and is none
   */
  public static Optional<URI> web(String text) {
    return text.startsWith("http://") || text.startsWith("https://")
        ? Optional.of(URI.create(text))
        : Optional.empty();
  }

  /** What {@code FROM name} and {@code --from=name} mean where it is not what they say. */
  public sealed interface NamedContext {
    record Folder(Path path) implements NamedContext {}

    record Image(ImageName name) implements NamedContext {}

    /** An image of this machine, which no registry is asked for. */
    record Stored(ImageName name) implements NamedContext {}

    record OciLayout(Path path, String reference) implements NamedContext {}

    record Git(Op.Git repository) implements NamedContext {}

    /** One file, called {@code context}. */
    record Web(URI url) implements NamedContext {}

    /** {@code scratch}. */
    record Nothing() implements NamedContext {}

    /**
     * What is no folder: an image, a repository or a file of the web.
     *
     * @return nothing if it is the path of a folder or of an OCI layout
     * @throws IllegalArgumentException if it is neither and no path
     */
    static Optional<NamedContext> remote(String text) {
      String image = "docker-image://";
      if (text.startsWith(image)) {
        String name = text.substring(image.length());
        return Optional.of(
            name.equals("scratch") ? new Nothing() : new Image(ImageName.parse(name)));
      }
      return Context.remote(text)
          .map(
              context ->
                  switch (context) {
                    case Context.Git(Op.Git repository) -> new NamedContext.Git(repository);
                    case Context.Web(URI url) -> new NamedContext.Web(url);
                    case Context.Folder _, Context.Empty _, Context.Archive _ ->
                        throw new IllegalStateException("not remote: " + context);
                  });
    }
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
