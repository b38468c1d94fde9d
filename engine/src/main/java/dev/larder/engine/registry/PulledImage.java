package dev.larder.engine.registry;

import dev.larder.engine.digest.Digest;
import dev.larder.engine.oci.Descriptor;
import dev.larder.engine.oci.ImageConfig;
import dev.larder.engine.oci.ImageName;
import dev.larder.engine.oci.Manifest;
import java.util.List;

/**
 * An image of a registry for one platform. Its manifest and config are in the store, under the
 * digests here; its layers are once they were asked for.
 *
 * @param name what was asked for
 * @param root the digest of what the name points to: the index if there is one, else the manifest
 * @param descriptor of the manifest of the platform
 */
public record PulledImage(
    ImageName name, Digest root, Descriptor descriptor, Manifest manifest, ImageConfig config) {
  /** The digest of the manifest of the platform. */
  public Digest digest() {
    return descriptor.digest();
  }

  /** The layers, lowest first; their uncompressed digests are the config's. */
  public List<Descriptor> layers() {
    return manifest.layers();
  }
}
