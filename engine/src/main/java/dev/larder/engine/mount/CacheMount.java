package dev.larder.engine.mount;

import dev.larder.engine.digest.Digest;
import dev.larder.engine.digest.Fingerprint;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A folder that is kept between builds, as a step asks for it.
 *
 * @param scope who shares it: {@code machine}, or {@code project} and its name; {@code
 *     BUILDKIT_CACHE_MOUNT_NS} is a part of it
 * @param id what it is called in its scope
 * @param target where the step sees it; only for people who list mounts
 * @param sharing who may use it at the same time
 * @param seed what a new one starts as a copy of
 * @param mode permission bits of a new one
 * @param uid owner of a new one
 * @param gid group of a new one
 */
public record CacheMount(
    String scope,
    String id,
    String target,
    Sharing sharing,
    Optional<Seed> seed,
    int mode,
    int uid,
    int gid) {
  public static final int DEFAULT_MODE = 0755;

  /** Who may use a cache mount at the same time. */
  public enum Sharing {
    /** Any number. */
    SHARED,
    /** One each: a new one where all are in use. */
    PRIVATE,
    /** One after the other. */
    LOCKED
  }

  /**
   * What a new one starts as.
   *
   * @param content of the folder; another content makes another mount
   * @param folder to copy
   */
  public record Seed(Digest content, Path folder) {}

  /**
   * Tells cache mounts apart. As in BuildKit another owner, mode or start makes another one, so
   * that what exists is never chowned.
   */
  Digest key() {
    return Fingerprint.of("cache-mount/1")
        .add("scope", scope)
        .add("id", id)
        .add("from", seed.map(s -> s.content().toString()).orElse(""))
        .add("mode", mode)
        .add("uid", uid)
        .add("gid", gid)
        .digest();
  }
}
