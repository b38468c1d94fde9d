package dev.larder.engine.check;

import dev.larder.engine.dockerfile.DockerfileException;
import dev.larder.engine.dockerfile.Expander;
import dev.larder.engine.dockerfile.Expansion;
import dev.larder.engine.dockerfile.Word;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;

/**
 * The arguments that FROM sees.
 *
 * @param given with the values of this build
 * @param defaults with their defaults
 * @param declared names of all that are declared, with a value or without
 */
record Globals(
    Expander expander,
    SequencedMap<String, String> given,
    SequencedMap<String, String> defaults,
    Set<String> declared) {
  /** A word of FROM; nothing if it can't be expanded, which the build says itself. */
  Optional<Expansion> expand(Word word) {
    return expand(word, given);
  }

  /** The same as if the build gave no values. */
  Optional<Expansion> byDefault(Word word) {
    return expand(word, defaults);
  }

  private Optional<Expansion> expand(Word word, SequencedMap<String, String> values) {
    try {
      return Optional.of(expander.expand(word, values::get));
    } catch (DockerfileException e) {
      return Optional.empty();
    }
  }
}
