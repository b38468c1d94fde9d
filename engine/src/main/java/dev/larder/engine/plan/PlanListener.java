package dev.larder.engine.plan;

import dev.larder.engine.dockerfile.Expansion;
import dev.larder.engine.dockerfile.Instruction;
import dev.larder.engine.dockerfile.Span;
import dev.larder.engine.dockerfile.Word;
import dev.larder.engine.graph.ExecMount;
import dev.larder.engine.oci.Platform;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

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

  /**
   * An argument before the first FROM has its value.
   *
   * @param value null has none
   * @param used the variables that its default names; none if the build gives a value
   */
  default void global(
      Instruction.Arg arg,
      Instruction.Definition definition,
      @Nullable String value,
      Set<String> used) {}

  /**
   * A stage begins; what it stands on has begun before.
   *
   * @param below number of the stage that it stands on
   * @param used the variables that its FROM names
   */
  default void starting(int stage, OptionalInt below, Set<String> used) {}

  /** An instruction comes next. */
  default void applying(Place place) {}

  /** A word of an instruction was expanded; some are more than once. */
  default void expanded(Place place, Word word, Expansion expansion) {}

  /**
   * An ARG of a stage declared a name.
   *
   * @param value null has none
   * @param inherited whether the value is the global one, since there is no other
   */
  default void declared(Place place, String name, @Nullable String value, boolean inherited) {}

  /** A step mounts something. */
  default void mounted(Place place, ExecMount mount) {}

  /** A stage copies from another one, or mounts it. */
  default void needing(int stage, int other) {}
}
