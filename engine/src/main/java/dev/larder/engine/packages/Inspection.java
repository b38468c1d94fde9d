package dev.larder.engine.packages;

import java.util.Optional;

/** Looks at a body while it is written, and says how long it is good for. */
public interface Inspection {
  /** The next bytes. */
  void saw(byte[] bytes, int length);

  /** What the whole is; nothing if it is not to be kept. */
  Optional<Variant.Kind> kind();
}
