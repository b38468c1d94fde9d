package dev.larder.engine.graph;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Something a process sees at a path. */
public sealed interface ExecMount {
  /** Where it is seen: an absolute path, or one relative to the folder of the process. */
  String target();

  /** The input it shows; nothing where there is none. */
  default OptionalInt input() {
    return OptionalInt.empty();
  }

  /**
   * How the result depends on that input.
   *
   * @throws IllegalStateException if there is none
   */
  default Dependence dependence() {
    throw new IllegalStateException("no input");
  }

  private static Dependence onContent(String path) {
    return new Dependence.OnContent(new Selector(List.of(Selector.Pick.of(path))));
  }

  /** Adds what the result depends on to a key. */
  CacheKey addTo(CacheKey key);

  /** The root file system; what is changed in it is output 0. Nothing is an empty one. */
  record Root(OptionalInt input) implements ExecMount {
    @Override
    public String target() {
      return "/";
    }

    @Override
    public Dependence dependence() {
      return new Dependence.OnKey();
    }

    @Override
    public CacheKey addTo(CacheKey key) {
      return key;
    }
  }

  /**
   * Files of another file system; writes, where allowed, are dropped.
   *
   * @param from the input
   * @param source the path in it
   */
  record Bind(String target, int from, String source, boolean writable) implements ExecMount {
    @Override
    public OptionalInt input() {
      return OptionalInt.of(from);
    }

    @Override
    public Dependence dependence() {
      return onContent(source);
    }

    @Override
    public CacheKey addTo(CacheKey key) {
      return key.with("mount." + target, "bind")
          .with("mount." + target + ".source", source)
          .with("mount." + target + ".writable", Boolean.toString(writable));
    }
  }

  /**
   * A folder that is kept between builds.
   *
   * @param id what it is called in its scope
   * @param sharing who may use it at the same time
   * @param from the input that a new one starts with a copy of
   * @param source the path in that input
   * @param mode permission bits of a new one
   * @param uid owner of a new one
   * @param gid group of a new one
   */
  record Cache(
      String target,
      String id,
      Sharing sharing,
      OptionalInt from,
      String source,
      int mode,
      int uid,
      int gid,
      boolean readOnly)
      implements ExecMount {
    @Override
    public OptionalInt input() {
      return from;
    }

    @Override
    public Dependence dependence() {
      return onContent(source);
    }

    @Override
    public CacheKey addTo(CacheKey key) {
      CacheKey with =
          key.with("mount." + target, "cache")
              .with("mount." + target + ".readonly", Boolean.toString(readOnly));
      return from.isPresent() ? with.with("mount." + target + ".source", source) : with;
    }
  }

  /** Memory. */
  record Tmpfs(String target, OptionalLong size, boolean readOnly) implements ExecMount {
    @Override
    public CacheKey addTo(CacheKey key) {
      CacheKey with = key.with("mount." + target, "tmpfs");
      return readOnly ? with.with("mount." + target + ".readonly", "true") : with;
    }
  }

  /**
   * A secret of the one who asked for the build, as a file, a variable, or both.
   *
   * @param target the file; empty where it is only a variable
   * @param variable the variable
   * @param required whether it is an error if there is none of this id
   */
  record Secret(
      String target,
      String id,
      Optional<String> variable,
      boolean required,
      int mode,
      int uid,
      int gid)
      implements ExecMount {
    @Override
    public CacheKey addTo(CacheKey key) {
      return key.with("secret." + id, target)
          .with("secret." + id + ".variable", variable.orElse(""));
    }
  }

  /** The ssh agent of the one who asked for the build, as a socket. */
  record Ssh(String target, String id, boolean required, int mode, int uid, int gid)
      implements ExecMount {
    @Override
    public CacheKey addTo(CacheKey key) {
      return key.with("ssh." + id, target);
    }
  }

  /** Who may use a cache mount at the same time. */
  enum Sharing {
    SHARED,
    PRIVATE,
    LOCKED
  }
}
