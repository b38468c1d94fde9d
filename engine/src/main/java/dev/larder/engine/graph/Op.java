package dev.larder.engine.graph;

import dev.larder.engine.digest.Digest;
import dev.larder.engine.oci.ImageName;
import dev.larder.engine.oci.Platform;
import java.net.URI;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedMap;
import java.util.Set;

/**
 * What a vertex does: plain data; running it is the engine's switch.
 *
 * <p>{@link #parts} names everything a result depends on besides its inputs; what is not in it can
 * change without a step running again.
 */
public sealed interface Op {
  /** Everything the result depends on besides its inputs, by name. */
  CacheKey parts();

  /** How the result depends on an input. */
  Dependence dependence(int input);

  /** Whether it brings files in from outside, which is asked anew in each build. */
  default boolean isSource() {
    return switch (this) {
      case Image i -> true;
      case Local l -> true;
      case Http h -> true;
      case Git g -> true;
      case Blob b -> true;
      case Files f -> false;
      case Exec e -> false;
      case Merge m -> false;
      case Diff d -> false;
    };
  }

  /**
   * Whether it is known what comes out before it does: by its parts alone, or by what these name
   * now, as a branch names a commit. Of the others only the content tells.
   */
  default boolean hasKey() {
    return switch (this) {
      case Local l -> false;
      case Http h -> false;
      case Image i -> true;
      case Git g -> true;
      case Blob b -> true;
      case Files f -> true;
      case Exec e -> true;
      case Merge m -> true;
      case Diff d -> true;
    };
  }

  /** The digest of the kind and all parts. */
  default Digest fingerprint() {
    return parts().digest();
  }

  /**
   * An image's file system.
   *
   * @param name as the user wrote it, normalised; not part of the key
   * @param platform the one that was chosen; not part of the key
   * @param chain the digest of its layers' uncompressed digests: what is in it
   * @param handle names the resolved image to the provider that resolved it; not part of the key
   */
  record Image(ImageName name, Platform platform, Digest chain, String handle) implements Op {
    @Override
    public CacheKey parts() {
      return CacheKey.of("image/1").with("layers", chain.toString());
    }

    @Override
    public Dependence dependence(int input) {
      throw new IndexOutOfBoundsException(input);
    }
  }

  /**
   * A folder of the one who asked for the build, in place or as a stream.
   *
   * @param name the named context; {@code "context"} is the build context itself
   */
  record Local(String name) implements Op {
    @Override
    public CacheKey parts() {
      return CacheKey.of("local/1").with("name", name);
    }

    @Override
    public Dependence dependence(int input) {
      throw new IndexOutOfBoundsException(input);
    }
  }

  /**
   * A file from the web, alone in a folder.
   *
   * @param url where from
   * @param checksum what its bytes must be
   * @param name the file's name in the folder
   */
  record Http(URI url, Optional<Digest> checksum, String name) implements Op {
    @Override
    public CacheKey parts() {
      return CacheKey.of("http/1")
          .with("url", url.toString())
          .with("checksum", checksum.map(Digest::toString).orElse(""))
          .with("name", name);
    }

    @Override
    public Dependence dependence(int input) {
      throw new IndexOutOfBoundsException(input);
    }
  }

  /**
   * Bytes that are in the blob store, as a file alone in a folder.
   *
   * @param digest of them
   * @param name the file's name in the folder
   */
  record Blob(Digest digest, String name) implements Op {
    @Override
    public CacheKey parts() {
      return CacheKey.of("blob/1").with("digest", digest.toString()).with("name", name);
    }

    @Override
    public Dependence dependence(int input) {
      throw new IndexOutOfBoundsException(input);
    }
  }

  /**
   * The files of a git repository at a commit.
   *
   * @param remote where it is, as git takes it
   * @param ref branch, tag or commit; empty is the remote's HEAD
   * @param folder the files below it alone; empty is all
   * @param checksum how the hash of the commit, or of the tag that names it, begins; empty is not
   *     checked
   * @param keepGitDir whether {@code .git} is among the files
   * @param submodules whether their files are, too
   * @param commitTimes whether files are as old as the commit
   * @param byCommit whether the checksum is the commit, whatever the ref names by now
   */
  record Git(
      String remote,
      String ref,
      String folder,
      String checksum,
      boolean keepGitDir,
      boolean submodules,
      boolean commitTimes,
      boolean byCommit)
      implements Op {
    @Override
    public CacheKey parts() {
      return CacheKey.of("git/1")
          .with("url", GitAddress.withoutPassword(remote))
          .with("ref", ref)
          .with("checksum", checksum)
          .with("by commit", Boolean.toString(byCommit))
          .withAll(form());
    }

    /**
     * What the result depends on once it is known what the ref names: not on where that came from.
     *
     * @param commit its hash
     * @param fullName of the ref, which is in {@code .git}
     */
    public CacheKey at(String commit, String fullName) {
      return CacheKey.of("git-commit/1")
          .with("commit", commit)
          .with("name", keepGitDir ? fullName : "")
          .withAll(form());
    }

    /**
     * As a context.
     *
     * @param keep whether {@code .git} is kept in any case
     * @param aged whether files are as old as the commit in any case
     */
    public Git as(boolean keep, boolean aged) {
      return new Git(
          remote,
          ref,
          folder,
          checksum,
          keepGitDir || keep,
          submodules,
          commitTimes || aged,
          byCommit);
    }

    /** What people are shown: without a password. */
    public String shown() {
      String part = ref + (folder.isEmpty() ? "" : ":" + folder);
      return GitAddress.withoutPassword(remote) + (part.isEmpty() ? "" : "#" + part);
    }

    private CacheKey form() {
      return CacheKey.of("form")
          .with("subdir", folder)
          .with("keep-git-dir", Boolean.toString(keepGitDir))
          .with("submodules", Boolean.toString(submodules))
          .with("commit times", Boolean.toString(commitTimes));
    }

    @Override
    public Dependence dependence(int input) {
      throw new IndexOutOfBoundsException(input);
    }
  }

  /**
   * Changes of files on top of an input, in order.
   *
   * @param base the input they start from; nothing is an empty file system
   * @param actions what is done
   * @param platform of the result, since archives and owners may depend on it
   */
  record Files(OptionalInt base, List<FileAction> actions, Platform platform) implements Op {
    public Files {
      actions = List.copyOf(actions);
    }

    @Override
    public CacheKey parts() {
      CacheKey key = CacheKey.of("files/1").with("platform", platform.toString());
      for (int i = 0; i < actions.size(); i++) {
        key = actions.get(i).addTo(key, "action." + i);
      }
      return key;
    }

    @Override
    public Dependence dependence(int input) {
      if (base.isPresent() && base.getAsInt() == input) {
        return new Dependence.OnKey();
      }
      return new Dependence.OnContent(
          new Selector(
              actions.stream()
                  .filter(FileAction.Copy.class::isInstance)
                  .map(FileAction.Copy.class::cast)
                  .filter(copy -> copy.from() == input)
                  .flatMap(copy -> copy.picks().stream())
                  .toList()));
    }
  }

  /**
   * A process.
   *
   * @param argv the program and its arguments
   * @param environment its variables, in order
   * @param proxies proxy variables that it sees and that are not part of the key
   * @param cwd its folder
   * @param user as USER says: {@code name}, {@code uid}, {@code uid:gid}; empty is root
   * @param network what it can reach
   * @param security whether it is confined
   * @param hostname its host name; empty is the engine's choice
   * @param ulimits its limits
   * @param mounts what it sees; the first is the root
   * @param extraHosts lines of /etc/hosts; only the names are part of the key
   * @param platform what it runs on
   */
  record Exec(
      List<String> argv,
      SequencedMap<String, String> environment,
      SequencedMap<String, String> proxies,
      String cwd,
      String user,
      Network network,
      Security security,
      String hostname,
      List<Ulimit> ulimits,
      List<ExecMount> mounts,
      List<ExtraHost> extraHosts,
      Platform platform)
      implements Op {
    public Exec {
      argv = List.copyOf(argv);
      ulimits = List.copyOf(ulimits);
      mounts = List.copyOf(mounts);
      extraHosts = List.copyOf(extraHosts);
    }

    @Override
    public CacheKey parts() {
      CacheKey key = CacheKey.of("exec/1").with("platform", platform.toString());
      for (int i = 0; i < argv.size(); i++) {
        key = key.with("argv." + i, argv.get(i));
      }
      for (var variable : environment.entrySet()) {
        key = key.withSecret("env." + variable.getKey(), variable.getValue());
      }
      key =
          key.with("cwd", cwd)
              .with("user", user)
              .with("network", network.name())
              .with("security", security.name())
              .with("hostname", hostname);
      for (Ulimit limit : ulimits) {
        key = key.with("ulimit." + limit.name(), limit.soft() + ":" + limit.hard());
      }
      for (ExecMount mount : mounts) {
        key = key.withAll(mount.addTo(CacheKey.of("mount")));
      }
      for (ExtraHost host : extraHosts) {
        key = key.withAll(CacheKey.of("host").with("host." + host.name(), ""));
      }
      return key;
    }

    /** What its caller has to allow. */
    public Set<Entitlement> needs() {
      Set<Entitlement> needs = EnumSet.noneOf(Entitlement.class);
      if (network == Network.HOST) {
        needs.add(Entitlement.NETWORK_HOST);
      }
      if (security == Security.INSECURE) {
        needs.add(Entitlement.SECURITY_INSECURE);
      }
      return needs;
    }

    @Override
    public Dependence dependence(int input) {
      for (ExecMount mount : mounts) {
        if (mount.input().isPresent() && mount.input().getAsInt() == input) {
          return mount.dependence();
        }
      }
      throw new IndexOutOfBoundsException(input);
    }
  }

  /** The inputs' file systems on top of each other, the first lowest. */
  record Merge(int inputs) implements Op {
    @Override
    public CacheKey parts() {
      return CacheKey.of("merge/1").with("inputs", Integer.toString(inputs));
    }

    @Override
    public Dependence dependence(int input) {
      return new Dependence.OnKey();
    }
  }

  /** What the second input has that the first, which it was made from, has not. */
  record Diff() implements Op {
    @Override
    public CacheKey parts() {
      return CacheKey.of("diff/1");
    }

    @Override
    public Dependence dependence(int input) {
      return new Dependence.OnKey();
    }
  }

  /** What a process can reach. */
  enum Network {
    DEFAULT,
    NONE,
    HOST
  }

  /** Whether a process is confined. */
  enum Security {
    SANDBOX,
    INSECURE
  }

  /** A line of /etc/hosts: the address is empty for {@code host-gateway}. */
  record ExtraHost(String name, String address) {}
}
