package dev.larder.engine.check;

/**
 * What a rule found.
 *
 * @param rule the rule's name
 * @param description what the rule is about
 * @param url the rule's page
 * @param message what is wrong here
 * @param first the first line of the place, from 1
 * @param last its last line
 */
public record Finding(
    String rule, String description, String url, String message, int first, int last) {
  /** {@code StageNameCasing: Stage name 'B' should be lowercase (line 7)}. */
  public String line() {
    return rule + ": " + message + " (line " + first + ")";
  }
}
