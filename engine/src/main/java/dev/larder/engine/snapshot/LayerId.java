package dev.larder.engine.snapshot;

/**
 * The name of a layer's folder in the store; it says nothing of what is in it.
 *
 * @param text 26 characters of lower-case letters and digits
 */
public record LayerId(String text) {
  /**
   * Checks the form, since it becomes part of a path.
   *
   * @throws IllegalArgumentException if it is anything else
   */
  public LayerId {
    if (!text.matches("[a-z0-9]{26}")) {
      throw new IllegalArgumentException("not the name of a layer: \"" + text + "\"");
    }
  }

  @Override
  public String toString() {
    return text;
  }
}
