package dev.larder.engine.dockerfile;

import org.jspecify.annotations.Nullable;

/**
 * What a {@code --mount} asks for, with the values of its variables. Nothing is filled in: what was
 * not given is an empty text or null, and the defaults are the plan's. Modes, user and group ids
 * are unsigned 32 bit.
 */
public sealed interface Mount {
  /** Where in the container; empty if not given. */
  String target();

  /** Files of the context, a stage or an image. Read-only unless it says otherwise. */
  record Bind(String from, String source, String target, boolean readOnly) implements Mount {}

  /**
   * A folder that is kept between builds.
   *
   * @param id empty if not given
   * @param sharing null if not given
   */
  record Cache(
      String id,
      String target,
      @Nullable Sharing sharing,
      String from,
      String source,
      boolean readOnly,
      @Nullable Long mode,
      @Nullable Long uid,
      @Nullable Long gid)
      implements Mount {}

  /**
   * Memory.
   *
   * @param size in bytes, 0 for no limit
   */
  record Tmpfs(String target, long size, boolean readOnly) implements Mount {}

  /**
   * A secret of the client.
   *
   * @param id from {@code id} or {@code source}; empty if only a target is given
   * @param env the variable that holds it; empty if it is to be named after the id, null if none
   */
  record Secret(
      String id,
      String target,
      @Nullable String env,
      boolean required,
      @Nullable Long mode,
      @Nullable Long uid,
      @Nullable Long gid)
      implements Mount {}

  /** The socket of an ssh agent of the client. */
  record Ssh(
      String id,
      String target,
      boolean required,
      @Nullable Long mode,
      @Nullable Long uid,
      @Nullable Long gid)
      implements Mount {}

  /** Who may use a cache mount at the same time. */
  enum Sharing {
    /** Everyone, the same folder. */
    SHARED,
    /** Each writer one of their own. */
    PRIVATE,
    /** One after the other. */
    LOCKED
  }
}
