package dev.larder.engine.http;

/**
 * A header or trailer field.
 *
 * @param name a token, as it was written
 * @param value without the space around it; each char is one byte
 */
public record Field(String name, String value) {
  /** Whether it has this name, in letters of either case. */
  public boolean is(String other) {
    return name.equalsIgnoreCase(other);
  }
}
