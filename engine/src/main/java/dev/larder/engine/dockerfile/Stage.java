package dev.larder.engine.dockerfile;

import java.util.List;
import java.util.Optional;

/**
 * A FROM and what follows it.
 *
 * @param index from 0
 * @param instructions without the FROM
 */
public record Stage(int index, Instruction.From from, List<Instruction> instructions) {
  /** Copies the list. */
  public Stage {
    instructions = List.copyOf(instructions);
  }

  /** Its name in lower case, if it has one. */
  public Optional<String> name() {
    return from.stageName();
  }
}
