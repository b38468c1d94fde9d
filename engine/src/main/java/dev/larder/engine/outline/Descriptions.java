package dev.larder.engine.outline;

import dev.larder.engine.dockerfile.Instruction;

/** Comments above an instruction that say what a name is: {@code # VERSION of the compiler}. */
final class Descriptions {
  private Descriptions() {}

  /** What follows the name in the first comment that begins with it; empty if none does. */
  static String of(Instruction instruction, String name) {
    String start = name + " ";
    return instruction.head().comments().stream()
        .filter(comment -> !name.isEmpty() && comment.startsWith(start))
        .findFirst()
        .map(comment -> comment.substring(start.length()))
        .orElse("");
  }
}
