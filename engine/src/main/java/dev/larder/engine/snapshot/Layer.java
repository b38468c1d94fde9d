package dev.larder.engine.snapshot;

import java.time.Instant;
import java.util.Optional;

/**
 * A layer in the store.
 *
 * @param used when it was last looked up
 * @param base what it was made on
 * @param blob its archive, if one was made or if it was unpacked from one
 */
public record Layer(
    LayerId id, Instant created, Instant used, Snapshot base, Optional<LayerBlob> blob) {}
