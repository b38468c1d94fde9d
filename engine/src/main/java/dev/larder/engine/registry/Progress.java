package dev.larder.engine.registry;

import dev.larder.engine.oci.Descriptor;

/** Hears how blobs come in; called by several threads. */
@FunctionalInterface
public interface Progress {
  /**
   * Some more bytes of a blob are there.
   *
   * @param done how many of {@code blob.size()} are there
   * @param received how many of this blob came from the network in this pull; less than {@code
   *     done} if an earlier pull left some, more if a registry had to send some again
   */
  void moved(Descriptor blob, long done, long received);

  /** Tells nobody. */
  static Progress silent() {
    return (blob, done, received) -> {};
  }
}
