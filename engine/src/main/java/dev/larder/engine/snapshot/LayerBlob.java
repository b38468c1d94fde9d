package dev.larder.engine.snapshot;

import dev.larder.engine.digest.Digest;
import dev.larder.engine.oci.Descriptor;

/**
 * A layer as it travels.
 *
 * @param diffId the digest of the uncompressed archive
 * @param descriptor the blob in the blob store: media type, digest, size
 */
public record LayerBlob(Digest diffId, Descriptor descriptor) {}
