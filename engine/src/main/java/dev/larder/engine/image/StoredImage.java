package dev.larder.engine.image;

import dev.larder.engine.digest.Digest;
import dev.larder.engine.snapshot.Snapshot;
import java.time.Instant;
import java.util.Optional;

/**
 * An image that a name leads to.
 *
 * @param id the digest of its config, which is a blob
 * @param files where its layers are, if they were made or unpacked here
 * @param manifest what was pulled, a blob; its layers may still have to be fetched
 * @param stored when the name was given
 */
public record StoredImage(
    Digest id, Optional<Snapshot> files, Optional<Digest> manifest, Instant stored) {}
