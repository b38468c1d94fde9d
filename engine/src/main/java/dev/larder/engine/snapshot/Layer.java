package dev.larder.engine.snapshot;

import java.time.Instant;
import java.util.Optional;

/**
 * A layer in the store.
 *
 * @param base what it was made on
 * @param blob its archive, if one was made or if it was unpacked from one
 */
public record Layer(LayerId id, Instant created, Snapshot base, Optional<LayerBlob> blob) {}
