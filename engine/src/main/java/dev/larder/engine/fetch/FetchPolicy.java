package dev.larder.engine.fetch;

import java.util.OptionalLong;

/**
 * How a build's steps may fetch.
 *
 * @param packages whether answers are taken from and kept in the package store
 * @param offline whether nothing may come from the network; what is stored is served, stale too
 * @param maxDownload bytes of body that may come from the network for the whole build
 */
public record FetchPolicy(boolean packages, boolean offline, OptionalLong maxDownload) {
  /** Packages are kept, the network may be used without limit. */
  public static FetchPolicy usual() {
    return new FetchPolicy(true, false, OptionalLong.empty());
  }
}
