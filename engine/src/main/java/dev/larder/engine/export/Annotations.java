package dev.larder.engine.export;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/**
 * What an image in a layout says of itself beside its config (OCI image specification,
 * "Annotations").
 *
 * @param manifest in its manifest
 * @param descriptor where the index of the layout names the manifest
 */
public record Annotations(
    SequencedMap<String, String> manifest, SequencedMap<String, String> descriptor) {
  /** Nothing. */
  public static final Annotations NONE =
      new Annotations(new LinkedHashMap<>(), new LinkedHashMap<>());

  /** Copies the maps. */
  public Annotations {
    manifest = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(manifest));
    descriptor = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(descriptor));
  }

  /** Whether there is nothing to say. */
  public boolean isEmpty() {
    return manifest.isEmpty() && descriptor.isEmpty();
  }
}
