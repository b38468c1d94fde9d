package dev.larder.engine.plan;

import dev.larder.engine.dockerfile.Expansion;
import dev.larder.engine.dockerfile.Span;
import dev.larder.engine.dockerfile.Word;
import dev.larder.engine.oci.Platform;

/**
 * Hears what a plan meets on its way: a look at a Dockerfile with its variables put in. Called by
 * the thread that plans, stage by stage as they are needed, so that a stage may come up in the
 * middle of an instruction of another one.
 */
public interface PlanListener {
  /** Hears nothing. */
  PlanListener NONE = new PlanListener() {};

  /**
   * An image was looked up.
   *
   * @param at where it is named
   * @param name as it is named there
   * @param wanted the platform that was asked for
   * @param found the platform that it says it has
   */
  default void based(Span at, String name, Platform wanted, Platform found) {}

  /** An instruction comes next. */
  default void applying(Place place) {}

  /** A word of an instruction was expanded; some are more than once. */
  default void expanded(Place place, Word word, Expansion expansion) {}
}
