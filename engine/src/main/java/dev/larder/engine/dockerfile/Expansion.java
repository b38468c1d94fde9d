package dev.larder.engine.dockerfile;

import java.util.List;
import java.util.Set;

/**
 * What became of a word.
 *
 * @param text with variables replaced and quotes removed
 * @param words the text parted at white space that was not quoted
 * @param used variables asked for that are set
 * @param undefined variables asked for that are not
 */
public record Expansion(String text, List<String> words, Set<String> used, Set<String> undefined) {
  /** Copies the collections. */
  public Expansion {
    words = List.copyOf(words);
    used = Set.copyOf(used);
    undefined = Set.copyOf(undefined);
  }
}
