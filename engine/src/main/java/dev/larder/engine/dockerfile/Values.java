package dev.larder.engine.dockerfile;

/** What words come to: usually an {@link Expander} with the variables of a place. */
@FunctionalInterface
public interface Values {
  /**
   * The value of a word.
   *
   * @throws DockerfileException if it can't be expanded
   */
  String of(Word word) throws DockerfileException;
}
