package dev.larder.engine.plan;

import dev.larder.engine.dockerfile.Instruction;
import dev.larder.engine.oci.ImageConfig;
import java.util.Collections;
import java.util.OptionalInt;
import java.util.Set;

/**
 * An instruction, and what a stage has come to before it.
 *
 * @param stage number of the stage, from 0
 * @param below number of the stage that it stands on
 * @param trigger whether the instruction is none of the stage itself, but one that its base wants
 *     run first (ONBUILD)
 * @param config of the image until then
 * @param variables names of those that are set, in the order in which they were; they change while
 *     an ARG is gone through
 * @param arguments names of those that were declared, with a value or without; as above
 */
public record Place(
    int stage,
    OptionalInt below,
    Instruction instruction,
    boolean trigger,
    ImageConfig config,
    Set<String> variables,
    Set<String> arguments) {
  static Place of(StageState stage, Instruction instruction) {
    return new Place(
        stage.index,
        stage.below,
        instruction,
        stage.trigger.isPresent(),
        stage.config,
        Collections.unmodifiableSet(stage.environment.keySet()),
        Collections.unmodifiableSet(stage.args.keySet()));
  }
}
